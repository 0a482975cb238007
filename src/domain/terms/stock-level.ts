import type { OfferTerms } from '../sale.ts';

export type StockLevel = 'in_stock' | 'low' | 'sold_out';

/** The same in sql/statements/webhooks/stock-levels/announce.sql. */
const DEFAULT_WARN_AT = { percent: 10 };

const PERCENT = 100;

/**
 * The stock of an offer in a word. Low: at or below the warning line.
 * @param left units
 */
export function stockLevel(
  left: number,
  { cap, warnAt }: Pick<OfferTerms, 'cap' | 'warnAt'>,
): StockLevel {
  if (left <= 0) return 'sold_out';
  const line = warnAt ?? DEFAULT_WARN_AT;
  const isLow = 'units' in line ? left <= line.units : left * PERCENT <= cap * line.percent;
  return isLow ? 'low' : 'in_stock';
}
