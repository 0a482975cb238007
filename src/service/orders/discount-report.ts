import type { Pool } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import type { Funder } from '../../domain/promotion.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { MAX_DISCOUNT_ROWS, sumDiscounts } from '../../ledger/orders/sum-discounts.ts';
import type { DiscountRow } from '../../ledger/orders/sum-discounts.ts';
import { mayRead } from '../../ledger/sale-stores.ts';

/** Discounts of orders that stand, in minor units: what platform and stores owe each other. */
export interface Report {
  readonly sale: string;
  readonly total: number;
  readonly byFunder: Readonly<Record<Funder, number>>;
  /** By store, then promotion. */
  readonly rows: readonly DiscountRow[];
}

/** @param store a merchant's own store, or null for all */
export async function report(
  { pool }: { readonly pool: Pool },
  sale: SaleId,
  store: string | null,
): Promise<Report | Refusal> {
  if (!(await mayRead(pool, sale, store))) return NOT_FOUND;
  const rows = await sumDiscounts(pool, sale, store);
  if (rows.length === MAX_DISCOUNT_ROWS) {
    return { code: 'conflict', detail: `the report has ${MAX_DISCOUNT_ROWS} rows or more` };
  }
  const sumOf = (some: readonly DiscountRow[]) =>
    some.reduce((sum, { discount }) => sum + discount, 0);
  const byFunder = {
    platform: sumOf(rows.filter(({ funder }) => funder === 'platform')),
    store: sumOf(rows.filter(({ funder }) => funder === 'store')),
  };
  return { sale, total: sumOf(rows), byFunder, rows };
}
