import type { Funder } from '../../domain/promotion.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

/** What a promotion took from a store's lines, over orders that stand. */
export interface DiscountRow {
  readonly store: string;
  readonly promotion: string;
  readonly layer: string;
  readonly funder: Funder;
  /** In minor units. */
  readonly discount: number;
  /** Orders with lines of the store that it took from. */
  readonly orders: number;
}

/** A bound on an answer; whoever reaches it is told instead of shown a part. */
export const MAX_REPORT_ROWS = 10_000;

const discounts = query<DiscountRow>('orders/report/discounts');

/**
 * By store, then promotion. It reads all orders of the sale, in time proportional to them.
 * @returns at most 10,000 rows
 * @param store null: all
 */
export const sumDiscounts = (
  on: Queryable,
  sale: string,
  store: string | null,
): Promise<DiscountRow[]> => rows(on, discounts, [sale, store]);
