import type { MinuteFigures } from '../../../client/index.ts';
import { msOf, timestampOf } from '../../kit/time/timestamps.ts';

export const MINUTE_MS = 60_000;

/** What was ordered in a stretch of whole minutes; those without an order are left out. */
export interface Minutes {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly items: readonly MinuteFigures[];
}

/** A curve that is known already, and its last minutes as they are now. */
export function mergeMinutes(known: Minutes | null, fresh: Minutes, spanMs: number): Minutes {
  const fromMs = fresh.untilMs - spanMs;
  const isReached = known !== null && known.untilMs >= fresh.fromMs;
  const older = isReached ? known.items.filter(({ at }) => msOf(at) < fresh.fromMs) : [];
  const items = [...older, ...fresh.items].filter(({ at }) => msOf(at) >= fromMs);
  return { fromMs, untilMs: fresh.untilMs, items };
}

/** How much of a curve to read: all of it at first, then what settled orders may still change. */
const TAIL_MS = 10 * MINUTE_MS;

/** @returns whole minutes: the service rounds a stretch up, and reads at most 24 hours */
export function stretchToRead(known: Minutes | null, nowMs: number, spanMs: number) {
  const untilMs = Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS;
  const firstMs = untilMs - spanMs;
  const isKnown = known !== null && known.fromMs <= firstMs && known.untilMs >= untilMs - TAIL_MS;
  return {
    from: timestampOf(isKnown ? untilMs - TAIL_MS : firstMs),
    until: timestampOf(untilMs),
  };
}

/** One value a part of the stretch, oldest first; a part without an order is 0. */
export function valuesOf(
  { fromMs, untilMs, items }: Minutes,
  parts: number,
  valueOf: (minute: MinuteFigures) => number,
): readonly number[] {
  const values = Array.from({ length: parts }, () => 0);
  const partMs = (untilMs - fromMs) / parts;
  for (const minute of items) {
    const part = Math.floor((msOf(minute.at) - fromMs) / partMs);
    if (part >= 0 && part < parts) values[part]! += valueOf(minute);
  }
  return values;
}

/**
 * How much of the cap was sold at the end of each part, from 0 to 1. It ends at what is sold now,
 * and counts a unit from when it was ordered.
 */
export function sellThroughOf(
  minutes: Minutes,
  parts: number,
  { sold, cap }: { readonly sold: number; readonly cap: number },
): readonly number[] {
  if (cap === 0) return Array.from({ length: parts }, () => 0);
  const paid = valuesOf(minutes, parts, ({ paidUnits }) => paidUnits);
  let after = paid.reduce((total, units) => total + units, 0);
  return paid.map((units) => {
    after -= units;
    // Refunds put units on sale again, and the curve does not know when.
    return Math.max(0, sold - after) / cap;
  });
}
