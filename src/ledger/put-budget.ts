import type { Pool } from 'pg';
import type { SaleId } from '../domain/ids.ts';
import { MAX_BUDGETS, budgetPot } from '../domain/promotion.ts';
import type { Budget } from '../domain/promotion.ts';
import type { Fault } from '../domain/sale.ts';
import { transaction } from '../platform/postgres.ts';
import { budgetsOfSale, upsertBudget } from './budgets.ts';
import type { Change } from './change.ts';
import { isLastDocument } from './documents.ts';
import { tellCells } from './instructions.ts';
import { offersOfSale } from './offers.ts';
import type { OfferRow } from './offers.ts';
import { setPot } from './pots.ts';
import { changedRules } from './rules.ts';
import { lockSale } from './sale-row.ts';
import type { SaleRow } from './sale-row.ts';

function budgetConflict(sale: SaleRow, now: Budget | undefined, budget: Budget): string | null {
  if (sale.state === 'closed') return 'the sale is closed';
  if (sale.state === 'draft' || !now) return null;
  if (now.store !== budget.store) return 'the store is fixed from the first opening';
  if (now.amountMinor > budget.amountMinor) {
    return 'a budget cannot be cut once the sale was opened';
  }
  return null;
}

const storeFaults = ({ store }: Budget, offers: readonly OfferRow[]): Fault[] => {
  if (store === null || offers.some((offer) => offer.store === store)) return [];
  return [{ pointer: '/store', detail: 'the sale has no offer of this store' }];
};

/**
 * Creates a budget or sets it. Its amount may rise at any time, ledger first.
 * @param store the merchant's own, or null for an operator
 */
export function putBudget(
  pool: Pool,
  id: SaleId,
  budget: Budget,
  store: string | null,
): Promise<Change> {
  return transaction(pool, async (client) => {
    const sale = await lockSale(client, id);
    if (!sale) return { kind: 'unknown' };
    const budgets = await budgetsOfSale(client, id);
    const now = budgets.find((other) => other.id === budget.id);
    if (store !== null && (budget.store !== store || (now && now.store !== store))) {
      return { kind: 'foreign' };
    }
    const errors = storeFaults(budget, await offersOfSale(client, id));
    if (errors.length > 0) return { kind: 'invalid', errors };
    const isOneTooMany = !now && budgets.length >= MAX_BUDGETS;
    const detail =
      budgetConflict(sale, now, budget) ??
      (isOneTooMany ? `a sale has at most ${MAX_BUDGETS} budgets` : null);
    if (detail) return { kind: 'conflict', detail };
    const subject = `budget:${budget.id}`;
    if (await isLastDocument(client, id, subject, budget)) return { kind: 'unchanged' };
    await upsertBudget(client, id, budget);
    const amounts = { before: now?.amountMinor ?? null, after: budget.amountMinor };
    const dealt = await setPot(client, sale, { pot: budgetPot(budget.id), ...amounts });
    if (sale.state !== 'draft') {
      const isSamePolicy = now?.policy === budget.policy;
      const rules = isSamePolicy ? [] : [await changedRules(client, sale)];
      await tellCells(client, sale, (cell) => [...dealt(cell), ...rules]);
    }
    return { kind: now ? 'changed' : 'created' };
  });
}
