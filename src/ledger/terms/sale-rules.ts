import type { SaleId } from '../../domain/ids.ts';
import type { Rules } from '../../domain/pricing/cart.ts';
import type { Budget, Promotion } from '../../domain/promotion.ts';
import { rulesOf } from '../../domain/pricing/rules-of-sale.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import type { SaleRow } from '../sale-row.ts';

export interface BudgetRow extends Budget {
  readonly sale: SaleId;
}

export interface PromotionRow {
  readonly sale: SaleId;
  readonly body: Promotion;
}

const selectBudgets = query<BudgetRow>('terms/budgets/of-sale');
const saveBudget = query('terms/budgets/upsert');
const selectPromotions = query<PromotionRow>('terms/promotions/of-sale');
const savePromotion = query('terms/promotions/upsert');

/** Sorted by id, by code unit. */
export const budgetsOfSale = (on: Queryable, sale: SaleId): Promise<BudgetRow[]> =>
  rows(on, selectBudgets, [sale]);

/** Writes everything but the amount, which the budget's pot holds. */
export async function upsertBudget(
  on: Queryable,
  sale: SaleId,
  { id, store, policy }: Budget,
): Promise<void> {
  await run(on, saveBudget, [sale, id, store, policy]);
}

/** Sorted by id, by code unit. */
export async function promotionsOfSale(on: Queryable, sale: SaleId): Promise<Promotion[]> {
  return (await rows(on, selectPromotions, [sale])).map(({ body }) => body);
}

export async function upsertPromotion(
  on: Queryable,
  sale: SaleId,
  promotion: Promotion,
): Promise<void> {
  await run(on, savePromotion, [sale, promotion.id, JSON.stringify(promotion)]);
}

/** Everything that prices the sale's carts, as the ledger has it. */
export async function rulesOfSale(on: Queryable, sale: SaleRow): Promise<Rules> {
  const budgets = await budgetsOfSale(on, sale.id);
  return rulesOf({ ...sale, budgets, promotions: await promotionsOfSale(on, sale.id) });
}
