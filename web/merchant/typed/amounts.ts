import { decimalOf, digitsOf } from '../../kit/format/formats.ts';

/** The API takes no larger numbers. */
const LARGEST = Number.MAX_SAFE_INTEGER;
const COUNT = /^\d{1,15}$/;
/** Commas stand between groups of three digits only: `88,00` is an amount in some countries. */
const GROUPED = /^\d{1,3}([,，\s]\d{3})+(\.\d*)?$/;
const GROUPS = /[\s,，]/g;

/** Takes out what groups the digits; anything else stays, and is no number then. */
const plainOf = (text: string): string => {
  const trimmed = text.trim();
  return GROUPED.test(trimmed) ? trimmed.replaceAll(GROUPS, '') : trimmed;
};

/**
 * Reads an amount as people type it, e.g. `159`, `159.5` or `1,200.00` of CNY.
 * @returns in the minor unit; null: it is no amount, or has more digits than the currency
 */
export function minorOf(text: string, currency: string): number | null {
  const digits = digitsOf(currency);
  const plain = plainOf(text);
  const [, whole, rest = ''] = /^(\d{1,15})(?:\.(\d*))?$/.exec(plain) ?? [];
  if (whole === undefined || rest.length > digits) return null;
  const minor = Number(whole + rest.padEnd(digits, '0'));
  return minor <= LARGEST ? minor : null;
}

/** As an input shows an amount: without a symbol, so that `minorOf` reads it. */
export const typedAmount = (minor: number, currency: string): string =>
  decimalOf(minor, digitsOf(currency));

/** Reads a count such as `1,200`; null: it is none. */
export function countOf(text: string): number | null {
  const plain = plainOf(text);
  return COUNT.test(plain) ? Number(plain) : null;
}

const BPS_DIGITS = 2;
const ALL_BPS = 10_000;

/** Reads percents such as `12.5`. @returns in 1/10,000; null: they are none, or above 100 */
export function bpsOf(text: string): number | null {
  const plain = text.replace(/\s*%$/, '').trim();
  const [, whole, rest = ''] = /^(\d{1,5})(?:\.(\d*))?$/.exec(plain) ?? [];
  if (whole === undefined || rest.length > BPS_DIGITS) return null;
  const bps = Number(whole + rest.padEnd(BPS_DIGITS, '0'));
  return bps <= ALL_BPS ? bps : null;
}

const HUNDRED = 100;

/** As an input shows a share: `12.5` for 1,250. */
export const typedPercent = (bps: number): string => String(bps / HUNDRED);
