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
  { nowMs, tell }: { nowMs: () => number; tell: (line: string) => void },
): (done: number) => void {
  let toldMs = nowMs();
  return (done) => {
    if (done === total || nowMs() - toldMs < EVERY_MS) return;
    toldMs = nowMs();
    tell(`${what}: ${done} of ${total}`);
  };
}
