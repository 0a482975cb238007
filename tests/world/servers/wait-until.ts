import { setTimeout as wait } from 'node:timers/promises';

const pollMs = 10;

export interface Patience {
  /** The condition in words, such as `the order is settled`. */
  readonly describe: string;
  /** 10 s by default. */
  readonly timeoutMs?: number;
}

/**
 * Waits for a condition: the one way a test may let time pass.
 * @param condition asked every 10 ms; what it throws counts as "not yet" and is the error's cause
 * @returns its first value that is neither false nor null nor undefined
 */
export async function until<Value>(
  condition: () => Value | Promise<Value>,
  { describe, timeoutMs = 10_000 }: Patience,
): Promise<Exclude<Value, false | null | undefined>> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const value = await condition();
      if (value !== false && value !== null && value !== undefined) {
        return value as Exclude<Value, false | null | undefined>;
      }
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadlineMs) {
      throw new Error(`Not within ${timeoutMs} ms: ${describe}`, { cause });
    }
    await wait(pollMs);
  }
}
