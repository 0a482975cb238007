/** In ms since 1970, of a time as the API or a `Date` header writes it; NaN: it is none. */
export const msOf = (text: string): number => Date.parse(text);

/** As the API writes it, in UTC. */
export const timestampOf = (ms: number): string => new Date(ms).toISOString();

/** The year in the visitor's place. */
export const yearOf = (ms: number): number => new Date(ms).getFullYear();

const MINUTE_MS = 60_000;
/** `2026-11-11T20:00` */
const TO_THE_MINUTE = 16;

/** In the visitor's place, as an input of the type `datetime-local` takes it; `msOf` reads it. */
export function localInputOf(ms: number): string {
  const zoneMs = new Date(ms).getTimezoneOffset() * MINUTE_MS;
  return timestampOf(ms - zoneMs).slice(0, TO_THE_MINUTE);
}
