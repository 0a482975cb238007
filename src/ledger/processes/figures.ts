import type { ProcessFigures } from '../../domain/ops/process-figures.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { DEAD_AFTER_MS } from './registry.ts';
import type { ServiceProcess } from './registry.ts';

/** A process that is alive, with what it last said of itself. */
export interface LiveProcess extends ServiceProcess {
  readonly startedAtMs: number;
  /** As the release of that process wrote them; null: it has said nothing. */
  readonly figures: ProcessFigures | { readonly shape?: unknown } | null;
  /** How long ago it said it; null as `figures`. */
  readonly toldMsAgo: number | null;
}

const record = query('processes/figures/record');
const live = query<LiveProcess>('processes/figures/live');

/** Notes how a process does. It does nothing when the process is not registered. */
export async function recordFigures(
  on: Queryable,
  process: string,
  figures: ProcessFigures,
): Promise<void> {
  await run(on, record, [process, JSON.stringify(figures)]);
}

/** Lists the processes that were seen in the last two seconds, by when they started. */
export const liveProcesses = (on: Queryable): Promise<LiveProcess[]> =>
  rows(on, live, [DEAD_AFTER_MS]);
