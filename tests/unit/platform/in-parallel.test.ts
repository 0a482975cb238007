import { expect, test } from 'vitest';
import { inParallel } from '../../../src/platform/in-parallel.ts';

/** Work that ends when a test says so; `end` returns once everything that follows has run. */
class Work {
  readonly begun: number[] = [];
  readonly #ends = new Map<number, (fault: Error | null) => void>();

  readonly begin = (item: number): Promise<void> => {
    this.begun.push(item);
    return new Promise((resolve, reject) =>
      this.#ends.set(item, (fault) => (fault ? reject(fault) : resolve())),
    );
  };

  async end(item: number, fault: Error | null = null): Promise<void> {
    this.#ends.get(item)!(fault);
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** The outcome of a run so far. */
function watch(running: Promise<void>): { outcome: unknown } {
  const watched: { outcome: unknown } = { outcome: 'under way' };
  running.then(
    () => (watched.outcome = 'done'),
    (fault: unknown) => (watched.outcome = fault),
  );
  return watched;
}

test('items begin in their order, as many at once as allowed', async () => {
  const work = new Work();
  const all = watch(inParallel([1, 2, 3, 4, 5], 2, work.begin));
  await settled();
  expect(work.begun).toEqual([1, 2]);
  await work.end(2);
  expect(work.begun).toEqual([1, 2, 3]);
  await work.end(1);
  await work.end(4);
  expect(work.begun).toEqual([1, 2, 3, 4, 5]);
  await work.end(5);
  expect(all.outcome).toBe('under way');
  await work.end(3);
  expect(all.outcome).toBe('done');
});

test('a list may be shorter than the number allowed at once, or empty', async () => {
  const work = new Work();
  const one = watch(inParallel(new Set([7]), 4, work.begin));
  await work.end(7);
  await inParallel([], 4, work.begin);
  expect([work.begun, one.outcome]).toEqual([[7], 'done']);
});

test('the first fault stops new items and is thrown once the running ones end', async () => {
  const [first, second] = [new Error('first'), new Error('second')];
  const work = new Work();
  const all = watch(inParallel([1, 2, 3, 4, 5, 6], 3, work.begin));
  await work.end(2, first);
  await work.end(1, second);
  expect(work.begun).toEqual([1, 2, 3]);
  expect(all.outcome).toBe('under way');
  await work.end(3);
  expect(all.outcome).toBe(first);
  expect(work.begun).toEqual([1, 2, 3]);
});

test('a rejection with `undefined` is a fault, too', async () => {
  const nothing = watch(inParallel([1, 2], 1, () => Promise.reject(undefined)));
  await settled();
  expect(nothing.outcome).toBe(undefined);
});
