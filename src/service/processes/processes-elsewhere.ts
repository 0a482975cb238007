import type { Pool } from 'pg';
import { DEAD_AFTER_MS, listProcesses } from '../../ledger/processes/registry.ts';
import type { RegisteredProcess } from '../../ledger/processes/registry.ts';
import type { Time } from '../../platform/time.ts';
import { ANSWER_WITHIN_MS } from './run-questions.ts';

export interface ElsewhereDeps {
  readonly pool: Pool;
  readonly time: Pick<Time, 'monotonic' | 'sleep'>;
}

const POLL_MS = 50;

/**
 * Finds a living process that reaches another Redis than this one. After a restart of Redis, beats
 * from before it still name the run before. So only a beat counts that began after this call; while
 * an older one names another run, the next is awaited.
 */
export async function processElsewhere(
  { pool, time }: ElsewhereDeps,
  runId: string,
): Promise<RegisteredProcess | null> {
  const startMs = time.monotonic();
  for (;;) {
    const sinceMs = time.monotonic() - startMs;
    const others = (await listProcesses(pool)).filter(
      (one) => one.seenMsAgo < DEAD_AFTER_MS && one.runId !== null && one.runId !== runId,
    );
    if (others.length === 0) return null;
    // A process asks for the run shortly before it writes its beat.
    const present = others.find(({ seenMsAgo }) => seenMsAgo + ANSWER_WITHIN_MS < sinceMs);
    if (present) return present;
    await time.sleep(POLL_MS);
  }
}
