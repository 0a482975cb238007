export type Money = (minor: number) => string;

/** Formats minor units as the currency does, without its name. */
export function moneyOf(currency: string): Money {
  const { maximumFractionDigits: digits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  const format = new Intl.NumberFormat('en', { minimumFractionDigits: digits });
  return (minor) => format.format(minor / 10 ** digits);
}
