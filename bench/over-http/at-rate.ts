import { setTimeout as wait } from 'node:timers/promises';

const SECOND_MS = 1_000;

/**
 * Starts `work` for each item at a steady rate, without waiting for earlier items to finish.
 * @throws the error of the first item that failed, once all are done
 */
export async function atRate<Item>(
  list: readonly Item[],
  perSecond: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const startMs = performance.now();
  const running: Promise<unknown>[] = [];
  for (const [i, item] of list.entries()) {
    await wait(Math.max(0, startMs + (i * SECOND_MS) / perSecond - performance.now()));
    running.push(work(item));
  }
  const results = await Promise.allSettled(running);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
}
