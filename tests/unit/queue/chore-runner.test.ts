import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { msLeft, within } from '../../../src/platform/deadline.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { ChoreRunner } from '../../../src/queue/chore-runner.ts';
import type { Chore } from '../../../src/queue/chore-runner.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

let runs: number;
/** What was told to have run. */
let ran: string[];
let errors: string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  [runs, ran, errors] = [0, [], []];
});
afterEach(() => vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A chore of each second that counts its runs. */
function runnerOf(work: Chore['run']): ChoreRunner {
  const run: Chore['run'] = (signal, onProgress) => {
    runs++;
    return work(signal, onProgress);
  };
  return new ChoreRunner(
    { name: 'tidy', everyMs: SECOND_MS, run },
    {
      time: systemTime,
      onRan: async ({ name }) => ran.push(name),
      onError: (error, chore) => errors.push(`${chore}: ${error.message}`),
    },
  );
}

const hang = () => new Promise<never>(() => {});

test('a chore begins by itself when nobody has asked for it for two periods', async () => {
  const runner = runnerOf(async () => {});
  runner.start();
  await pass(2 * SECOND_MS - 1);
  expect(runs).toBe(0);
  await pass(1);
  expect(runs).toBe(1);
  await pass(2 * SECOND_MS);
  expect(runs).toBe(2);
  await runner.stop();
  await pass(MINUTE_MS);
  expect(runs).toBe(2);
});

test('a chore that is asked for in time does not begin by itself', async () => {
  const runner = runnerOf(async () => {});
  runner.start();
  for (let i = 0; i < 10; i++) {
    await pass(SECOND_MS);
    await runner.run();
  }
  expect([runs, ran.length]).toEqual([10, 10]);
  await runner.stop();
});

test('a run that hangs makes its chore late, and after a minute another one begins', async () => {
  const works = [hang, async () => {}];
  const runner = runnerOf(() => works.shift()!());
  runner.start();
  await pass(2 * SECOND_MS);
  expect([runs, runner.isLate()]).toEqual([1, false]);
  await pass(7 * SECOND_MS);
  expect(runner.isLate()).toBe(true);
  await pass(MINUTE_MS - 7 * SECOND_MS);
  expect([errors, runner.isLate()]).toEqual([['tidy: the deadline is over'], true]);
  await pass(2 * SECOND_MS);
  expect([runs, ran, runner.isLate()]).toEqual([2, ['tidy'], false]);
  await runner.stop();
});

test('runs that fail make no chore late, and are not told', async () => {
  const runner = runnerOf(() => Promise.reject(new Error('the ledger is away')));
  runner.start();
  await pass(MINUTE_MS);
  expect(runner.isLate()).toBe(false);
  expect(errors).toHaveLength(runs);
  expect([runs > 10, ran]).toEqual([true, []]);
  await runner.stop();
});

test('a long run is not late while it makes progress, and is told to end', async () => {
  const runner = runnerOf(async (signal, onProgress) => {
    while (!signal.aborted) {
      await new Promise<void>((resolve) => systemTime.after(SECOND_MS, resolve));
      onProgress();
    }
  });
  const run = runner.run();
  for (let i = 0; i < 44; i++) {
    await pass(SECOND_MS);
    expect(runner.isLate()).toBe(false);
  }
  await pass(2 * SECOND_MS);
  await run;
  expect([runs, errors]).toEqual([1, []]);
  await runner.stop();
});

test('a run has no part in the deadline of the work that asked for it', async () => {
  const left: number[] = [];
  const runner = runnerOf(async () => {
    await null;
    left.push(msLeft());
  });
  await within(SECOND_MS, () => runner.run());
  expect(left[0]).toBeGreaterThan(SECOND_MS);
});

test('a long run is told each time it makes progress, and once more when it ends', async () => {
  const runner = runnerOf(async (_signal, onProgress) => {
    for (let part = 0; part < 3; part++) {
      await new Promise<void>((resolve) => systemTime.after(SECOND_MS, resolve));
      onProgress();
    }
    await new Promise<void>((resolve) => systemTime.after(SECOND_MS, resolve));
  });
  const run = runner.run();
  for (let part = 1; part <= 3; part++) {
    await pass(SECOND_MS);
    expect(ran).toHaveLength(part);
  }
  await pass(SECOND_MS);
  await run;
  expect(ran).toHaveLength(4);
});
