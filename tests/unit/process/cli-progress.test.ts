import { expect, test } from 'vitest';
import { progress } from '../../../src/process/cli/progress.ts';

/** The lines that a command of `total` steps of `stepMs` each prints. */
function linesOf(total: number, stepMs: number): string[] {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const tell = (line: string) => lines.push(line);
  const step = progress('offers', total, { time: { monotonic: () => clock.ms }, tell });
  for (let done = 1; done <= total; done++) {
    clock.ms += stepMs;
    step(done);
  }
  return lines;
}

test('a command of less than two seconds prints no progress', () => {
  expect(linesOf(1_000, 1.999)).toEqual([]);
});

test('a longer command prints its progress every two seconds, but not its end', () => {
  expect(linesOf(5_000, 1)).toEqual(['offers: 2000 of 5000', 'offers: 4000 of 5000']);
  expect(linesOf(2, 2_000)).toEqual(['offers: 1 of 2']);
});
