import type { Time } from './time.ts';

/**
 * Decides which of many similar messages to log: one per span and subject.
 * @param spanMs least time between two messages about one subject
 * @returns how many were left out since the last one logged; null: leave this one out too
 */
export type Throttle = (about: string, spanMs: number) => number | null;

/** Remembers subjects for good, so there must be few. */
export function createThrottle(time: Pick<Time, 'monotonic'>): Throttle {
  const last = new Map<string, { atMs: number; leftOut: number }>();
  return (about, spanMs) => {
    const before = last.get(about);
    const atMs = time.monotonic();
    if (before && atMs < before.atMs + spanMs) {
      before.leftOut += 1;
      return null;
    }
    last.set(about, { atMs, leftOut: 0 });
    return before?.leftOut ?? 0;
  };
}
