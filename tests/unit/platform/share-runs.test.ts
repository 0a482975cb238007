import { expect, test } from 'vitest';
import { msLeft, within } from '../../../src/platform/deadline.ts';
import { shareRuns } from '../../../src/platform/share-runs.ts';

test('those who ask for the same at once share one run, without the deadline of any', async () => {
  const runs: { key: string; msLeft: number; end: (fault?: Error) => void }[] = [];
  const run = async (key: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const number = runs.length;
    const end = (fault?: Error) => (fault ? reject(fault) : resolve(number));
    runs.push({ key, msLeft: msLeft(), end });
    return promise;
  };
  const share = shareRuns(run, (key) => key);
  const asked = within(1_000, () => Promise.all([share('a'), share('a'), share('b')]));
  expect(runs.map(({ key, msLeft }) => [key, msLeft])).toEqual([
    ['a', Infinity],
    ['b', Infinity],
  ]);
  for (const { end } of runs) end();
  expect(await asked).toEqual([0, 0, 1]);
  const failing = Promise.allSettled([share('a'), share('a')]);
  runs[2]!.end(new Error('away'));
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const again = share('a');
  runs[3]!.end();
  expect(await again).toBe(3);
});
