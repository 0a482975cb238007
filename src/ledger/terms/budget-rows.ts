import type { SaleId } from '../../domain/ids.ts';
import type { Budget } from '../../domain/pricing/promotion.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

export interface BudgetRow extends Budget {
  readonly sale: SaleId;
}

const ofSale = query<BudgetRow>('terms/budgets/of-sale');
const upsert = query('terms/budgets/upsert');

/** By id, by code unit. */
export const budgetsOfSale = (on: Queryable, sale: SaleId): Promise<BudgetRow[]> =>
  rows(on, ofSale, [sale]);

/** All but its amount, which is its pot's. */
export async function upsertBudget(
  on: Queryable,
  sale: SaleId,
  { id, store, policy }: Budget,
): Promise<void> {
  await run(on, upsert, [sale, id, store, policy]);
}
