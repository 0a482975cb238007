import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * Waits until a condition holds. What it throws counts as "not yet".
 * @param what the condition in words, such as `the replica follows`
 * @throws when it does not hold in time
 */
export async function until(
  what: string,
  withinMs: number,
  condition: () => Promise<boolean>,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  for (let cause: unknown; ;) {
    try {
      if (await condition()) return;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${what}`, { cause });
    await wait(POLL_MS);
  }
}
