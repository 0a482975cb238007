import { query, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

const record = query('processes/chore-runs/record');

/**
 * Notes that a run of a chore has just succeeded or made progress.
 * @param process its name, for people
 */
export async function recordChoreRun(
  on: Queryable,
  chore: { readonly name: string; readonly everyMs: number },
  process: string,
): Promise<void> {
  await run(on, record, [chore.name, chore.everyMs, process]);
}
