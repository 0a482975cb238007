import { expect, test } from 'vitest';
import { msLeft, within } from '../../../src/platform/deadline.ts';
import { shareAnswersBy, shareRuns } from '../../../src/platform/share-runs.ts';

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

test('an answer is given to all who ask the same soon after it, and no longer', async () => {
  let nowMs = 0;
  const runs: string[] = [];
  const run = async (key: string) => `${key}${runs.push(key)}`;
  const time = { monotonic: () => nowMs };
  const share = shareAnswersBy(run, (key) => key, { keptMs: 3_000, most: 2 }, time);
  expect(await Promise.all([share('a'), share('a'), share('b')])).toEqual(['a1', 'a1', 'b2']);
  nowMs = 2_999;
  expect([await share('a'), await share('b')]).toEqual(['a1', 'b2']);
  nowMs = 3_000;
  expect([await share('a'), await share('a')]).toEqual(['a3', 'a3']);
  expect(runs).toEqual(['a', 'b', 'a']);
});

test('the oldest answer makes room for one more, and a failure is not kept', async () => {
  const runs: string[] = [];
  const run = async (key: string) => {
    runs.push(key);
    if (key === 'bad') throw new Error('away');
  };
  const time = { monotonic: () => 0 };
  const share = shareAnswersBy(run, (key) => key, { keptMs: 3_000, most: 2 }, time);
  for (const key of ['a', 'b', 'c', 'b', 'c', 'a']) await share(key);
  expect(runs).toEqual(['a', 'b', 'c', 'a']);
  for (let i = 0; i < 2; i++) await expect(share('bad')).rejects.toThrow('away');
  expect(runs).toEqual(['a', 'b', 'c', 'a', 'bad', 'bad']);
});
