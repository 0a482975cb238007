import type { Pool } from 'pg';
import { recordChoreRun } from '../../ledger/processes/chore-runs.ts';
import { unlessAway } from '../../platform/is-away.ts';
import type { Time } from '../../platform/time.ts';

export interface RecordChoreRunsDeps {
  readonly pool: Pool;
  /** The name of this process, for people. */
  readonly process: string;
  readonly time: Pick<Time, 'monotonic'>;
}

interface Ran {
  readonly name: string;
  readonly everyMs: number;
}

const SELDOM_MS = 1_000;

/**
 * Tells the ledger which chores have succeeded or made progress, so that everyone can see it: each
 * at most once a second. An outage loses a record, and the next run makes another.
 * @returns what records that a chore runs
 */
export function recordChoreRuns(deps: RecordChoreRunsDeps): (chore: Ran) => Promise<void> {
  const recordedAtMs = new Map<string, number>();
  return async (chore) => {
    const nowMs = deps.time.monotonic();
    if (nowMs - (recordedAtMs.get(chore.name) ?? -Infinity) < SELDOM_MS) return;
    recordedAtMs.set(chore.name, nowMs);
    await unlessAway(recordChoreRun(deps.pool, chore, deps.process));
  };
}
