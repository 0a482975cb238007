import type { Pool } from 'pg';
import type { Funder } from '../../domain/promotion.ts';
import { PATIENT, transaction } from '../../platform/postgres.ts';
import { query, rows } from '../../platform/query.ts';

/** What a promotion took from a store's lines, over all orders but expired and cancelled ones. */
export interface DiscountRow {
  readonly store: string;
  readonly promotion: string;
  readonly layer: string;
  readonly funder: Funder;
  /** In minor units. */
  readonly discount: number;
  /** The number of orders in which it took something from the store's lines. */
  readonly orders: number;
}

/** The most rows of an answer. A caller that gets this many must not show them as the whole. */
export const MAX_DISCOUNT_ROWS = 10_000;

const discounts = query<DiscountRow>('orders/report/discounts');

/**
 * Sums what promotions took, by store, then promotion. It reads all orders of the sale, so its time
 * grows with their number.
 * @param store null: all stores
 * @returns at most 10,000 rows
 */
export const sumDiscounts = (
  pool: Pool,
  sale: string,
  store: string | null,
): Promise<DiscountRow[]> =>
  transaction(pool, (client) => rows(client, discounts, [sale, store]), PATIENT);
