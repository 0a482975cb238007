import type { Pool } from 'pg';
import type { CellConnections } from '../../cell/connections.ts';
import { readServer } from '../../cell/server-load.ts';
import type { ServerReading } from '../../cell/server-load.ts';
import type { ProcessFigures, ServerLoad } from '../../domain/ops/process-figures.ts';
import { recordFigures } from '../../ledger/processes/figures.ts';
import { within } from '../../platform/deadline.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { Time } from '../../platform/time.ts';

/** All that a process knows of itself, without the server of the cells. */
export type OwnFigures = Omit<ProcessFigures, 'server'>;

export interface FiguresSource {
  /** @returns null while there is nothing to compare with */
  readonly read: () => Promise<OwnFigures | null>;
  /** Whether this process asks the server of the cells, too. */
  readonly asksServer: boolean;
}

export interface FiguresDeps {
  readonly pool: Pool;
  readonly connections: Pick<CellConnections, 'servers'>;
  readonly time: Pick<Time, 'monotonic'>;
  readonly figures: FiguresSource;
}

/** A server that is silent for longer has no figures this time. */
const SERVER_WITHIN_MS = 500;

interface ReadAt extends ServerReading {
  readonly atMs: number;
}

/** Tells the ledger how this process is doing, so that any api can answer for all. */
export class FiguresTeller {
  readonly #deps: FiguresDeps;
  #before: ReadAt | null = null;

  constructor(deps: FiguresDeps) {
    this.#deps = deps;
  }

  /** @param process its id in the registry */
  async tell(process: string): Promise<void> {
    const { pool, figures } = this.#deps;
    const server = figures.asksServer ? await this.#serverLoad() : null;
    const own = await figures.read();
    if (own) await recordFigures(pool, process, { ...own, server });
  }

  async #serverLoad(): Promise<ServerLoad | null> {
    const { connections, time } = this.#deps;
    const [redis] = connections.servers();
    const reading = await unlessAway(within(SERVER_WITHIN_MS, () => readServer(redis!)));
    if (reading === 'away') return null;
    const now = { ...reading, atMs: time.monotonic() };
    const before = this.#before;
    this.#before = now;
    return before && loadBetween(before, now);
  }
}

/** Out of one core. A server that has restarted counts from 0 again. */
function cpuShareBetween(before: ReadAt, now: ReadAt): number | null {
  if (now.cpuMs === null || before.cpuMs === null) return null;
  const cpuMs = now.cpuMs >= before.cpuMs ? now.cpuMs - before.cpuMs : now.cpuMs;
  return cpuMs / (now.atMs - before.atMs);
}

function loadBetween(before: ReadAt, now: ReadAt): ServerLoad {
  const { usedBytes, maxBytes, commandsPerSecond } = now;
  return { usedBytes, maxBytes, commandsPerSecond, cpuShare: cpuShareBetween(before, now) };
}
