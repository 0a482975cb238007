import type { Time } from '../../platform/time.ts';

const EVERY_MS = 2_000;

/**
 * Tells how far a long command is, at most once in 2 s and never at its end: a short one says
 * nothing.
 * @param tell one line, without its end
 * @returns called with the number done after each step
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
