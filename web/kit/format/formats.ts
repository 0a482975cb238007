import { yearOf } from '../time/timestamps.ts';

/** How one language writes numbers, money and times. All are given as the API gives them. */
export interface Formats {
  /** @param minor of the currency, e.g. 15900 for ¥159.00 and 159 for ¥159 of JPY */
  money(minor: number, currency: string): string;
  count(value: number): string;
  /** @param share 0.16 for 16 % */
  percent(share: number): string;
  /** The clock of the visitor's place, e.g. 20:00. */
  time(ms: number): string;
  /** Day and clock, without the year unless it is another one than `nowMs` is in. */
  dayTime(ms: number, nowMs: number): string;
  /** The clock alone on the day of `nowMs` in the visitor's place, else as `dayTime`. */
  shortTime(ms: number, nowMs: number): string;
  /** E.g. "3 minutes ago", "in 2 hours". */
  relative(ms: number, nowMs: number): string;
  /** E.g. "3 minutes", rounded down. */
  lasting(ms: number): string;
}

const PERCENT_DIGITS = 1;
const MINOR_FACTOR = 10;

/** The digits of the minor unit; 0 for JPY, 2 for CNY, 3 for KWD. */
export function digitsOf(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 0;
}

/** The amount in the unit of the currency, exact to the last digit. */
export function decimalOf(minor: number, digits: number): `${number}` {
  const whole = BigInt(minor);
  const size = whole < 0n ? -whole : whole;
  const unit = BigInt(MINOR_FACTOR) ** BigInt(digits);
  const sign = whole < 0n ? '-' : '';
  const rest = String(size % unit).padStart(digits, '0');
  const text = digits === 0 ? `${sign}${size}` : `${sign}${size / unit}.${rest}`;
  return text as `${number}`;
}

const SPANS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

function moneyOf(locale: string): Formats['money'] {
  const known = new Map<string, { format: Intl.NumberFormat; digits: number }>();
  return (minor, currency) => {
    let made = known.get(currency);
    if (!made) {
      const options = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
      made = { format: new Intl.NumberFormat(locale, options), digits: digitsOf(currency) };
      known.set(currency, made);
    }
    return made.format.format(decimalOf(minor, made.digits));
  };
}

function relativeOf(locale: string): Formats['relative'] {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  return (ms, nowMs) => {
    const distance = ms - nowMs;
    const size = Math.abs(distance);
    const [unit, spanMs] = SPANS.find(([, span]) => size >= span) ?? SPANS.at(-1)!;
    // Towards zero: 119 minutes ago is not yet two hours.
    return format.format(Math.trunc(distance / spanMs), unit);
  };
}

function lastingOf(locale: string): Formats['lasting'] {
  const write = (unit: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' });
  const formats = new Map(SPANS.map(([unit]) => [unit, write(unit)] as const));
  return (ms) => {
    const [unit, spanMs] = SPANS.find(([, span]) => ms >= span) ?? SPANS.at(-1)!;
    return formats.get(unit)!.format(Math.trunc(Math.max(0, ms) / spanMs));
  };
}

/** @param zone of the clock; undefined: that of the browser */
export function formatsOf(locale: string, zone?: string): Formats {
  const place = zone === undefined ? {} : { timeZone: zone };
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...place } as const;
  const day = { month: 'short', day: 'numeric' } as const;
  const numbers = new Intl.NumberFormat(locale);
  const percents = new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: PERCENT_DIGITS,
  });
  const clocks = new Intl.DateTimeFormat(locale, clock);
  const days = new Intl.DateTimeFormat(locale, { ...day, ...clock });
  const years = new Intl.DateTimeFormat(locale, { year: 'numeric', ...day, ...clock });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'short', ...place });
  const dayTime: Formats['dayTime'] = (ms, nowMs) =>
    (yearOf(ms) === yearOf(nowMs) ? days : years).format(ms);
  return {
    money: moneyOf(locale),
    count: (value) => numbers.format(value),
    percent: (share) => percents.format(share),
    time: (ms) => clocks.format(ms),
    dayTime,
    shortTime: (ms, nowMs) => {
      const isToday = dates.format(ms) === dates.format(nowMs);
      return isToday ? clocks.format(ms) : dayTime(ms, nowMs);
    },
    relative: relativeOf(locale),
    lasting: lastingOf(locale),
  };
}
