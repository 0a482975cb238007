import type { Time } from '../../platform/time.ts';

const EVERY_MS = 2_000;

/**
 * Reports the progress of a long command, at most once in 2 s and not at its end, so that a short
 * command reports nothing.
 * @param tell receives one line, without its end
 * @returns a function to call with the number done after each step
 */
export function progress(
  what: string,
  total: number,
  { time, tell }: { time: Pick<Time, 'monotonic'>; tell: (line: string) => void },
): (done: number) => void {
  let toldMs = time.monotonic();
  return (done) => {
    if (done === total || time.monotonic() - toldMs < EVERY_MS) return;
    toldMs = time.monotonic();
    tell(`${what}: ${done} of ${total}`);
  };
}
