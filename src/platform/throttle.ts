/**
 * Lets one through in each span, by what it is about: whatever repeats itself is said once.
 * @param spanMs at least, between two of one kind
 * @returns how many of that kind were left out since the last; null: leave this one out, too
 */
export type Throttle = (about: string, spanMs: number) => number | null;

/** @param nowMs never goes back; kinds are remembered for good, so there must be few */
export function createThrottle(nowMs: () => number): Throttle {
  const last = new Map<string, { atMs: number; leftOut: number }>();
  return (about, spanMs) => {
    const before = last.get(about);
    const atMs = nowMs();
    if (before && atMs < before.atMs + spanMs) {
      before.leftOut += 1;
      return null;
    }
    last.set(about, { atMs, leftOut: 0 });
    return before?.leftOut ?? 0;
  };
}
