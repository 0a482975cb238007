/** Conversions between milliseconds since 1970 and their text. They read no clock. */

/** The last time that was written: the orders of a batch share one, and writing it takes long. */
let writtenMs = NaN;
let written = '';

/** RFC 3339 in UTC, to the millisecond. */
export function toTimestamp(ms: number): string {
  if (ms !== writtenMs) {
    written = new Date(ms).toISOString();
    writtenMs = ms;
  }
  return written;
}

/** @param text for which `isTimestamp` is true */
export const fromTimestamp = (text: string): number => Date.parse(text);

/** For libraries that take no number. */
export const dateAt = (ms: number): Date => new Date(ms);

const TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:[0-5]\d(\.\d{1,3})?([Zz]|[+-]\d\d:\d\d)$/;
const DAY_DIGITS = 10;

const FROM_MS = Date.UTC(2000);
const BEFORE_MS = Date.UTC(3000);

/**
 * Whether a text is an RFC 3339 time with a zone, to the millisecond, in the years 2000 to 2999 of
 * UTC: a cell cannot store times before 1970. It refuses days that a month does not have.
 */
export function isTimestamp(text: string): boolean {
  if (!TIME.test(text)) return false;
  const ms = Date.parse(text);
  // This refuses NaN, too.
  if (!(ms >= FROM_MS && ms < BEFORE_MS)) return false;
  const day = text.slice(0, DAY_DIGITS);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
