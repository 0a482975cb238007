import type { Pool, PoolClient } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { MAX_BUDGETS, MAX_BUDGETS_OF_STORE, budgetPot, isOwnedBy } from '../../domain/promotion.ts';
import type { Budget } from '../../domain/promotion.ts';
import type { Fault, SaleStore } from '../../domain/sale.ts';
import { transaction } from '../../platform/postgres.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { recordDocument } from '../changes/record-change.ts';
import { saveNewDocument } from '../last-documents.ts';
import { tellCells } from '../instructions.ts';
import { setPot } from '../books/pots.ts';
import { budgetsOfSale, promotionsOfSale, upsertBudget } from './sale-rules.ts';
import { raisedRulesInstruction } from './sale-instructions.ts';
import type { SaleRow } from '../sale-row.ts';
import { lockSaleFor, storesOfSale } from '../sale-stores.ts';

function budgetConflict(sale: SaleRow, now: Budget | undefined, budget: Budget): string | null {
  if (sale.state === 'closed') return 'the sale is closed';
  if (sale.state === 'draft' || !now) return null;
  if (now.store !== budget.store) return 'the store is fixed from the first opening';
  if (now.amountMinor > budget.amountMinor) {
    return 'a budget cannot be cut once the sale was opened';
  }
  return null;
}

/** @param others the sale's other budgets */
function boundConflict(others: readonly Budget[], { store }: Budget): string | null {
  if (others.length >= MAX_BUDGETS) return `a sale has at most ${MAX_BUDGETS} budgets`;
  const alike = others.filter((other) => store !== null && other.store === store);
  if (alike.length < MAX_BUDGETS_OF_STORE) return null;
  return `a store has at most ${MAX_BUDGETS_OF_STORE} budgets of its own`;
}

/** A store's budget pays only for what that store bears. A red packet pays for any line. */
async function payerConflict(
  client: PoolClient,
  sale: SaleRow,
  { id, store }: Budget,
): Promise<string | null> {
  if (store === null) return null;
  const promotions = await promotionsOfSale(client, sale.id);
  const other = promotions.find((one) => one.budget === id && !isOwnedBy(one, store));
  return other ? `it pays for ${other.id}, which ${store} does not bear` : null;
}

const storeFaults = ({ store }: Budget, stores: readonly SaleStore[]): Fault[] => {
  if (store === null || stores.some((one) => one.store === store)) return [];
  return [{ pointer: '/store', detail: 'is not a member of the sale' }];
};

/** Creates or changes a budget. Its amount may rise at any time, in the ledger first. */
export function putBudget(
  pool: Pool,
  id: SaleId,
  budget: Budget,
  actor: Actor,
): Promise<ChangeOutcome> {
  const { store } = actor;
  return transaction(pool, async (client) => {
    const locked = await lockSaleFor(client, id, store);
    if (locked.kind !== 'locked') return locked;
    if (store !== null && budget.store !== store) return { kind: 'foreign' };
    const { sale } = locked;
    const budgets = await budgetsOfSale(client, id);
    const now = budgets.find((other) => other.id === budget.id);
    if (store !== null && now && now.store !== store) return { kind: 'unknown' };
    const errors = storeFaults(budget, await storesOfSale(client, id));
    if (errors.length > 0) return { kind: 'invalid', errors };
    const others = budgets.filter((other) => other !== now);
    const detail =
      budgetConflict(sale, now, budget) ??
      boundConflict(others, budget) ??
      (await payerConflict(client, sale, budget));
    if (detail) return { kind: 'conflict', detail };
    const subject = `budget:${budget.id}`;
    if (!(await saveNewDocument(client, id, subject, budget))) return { kind: 'unchanged' };
    await upsertBudget(client, id, budget);
    const amounts = { before: now?.amountMinor ?? null, after: budget.amountMinor };
    const dealt = await setPot(client, sale, { pot: budgetPot(budget.id), ...amounts });
    if (sale.state !== 'draft') {
      const isSamePolicy = now?.policy === budget.policy;
      const rules = isSamePolicy ? [] : [await raisedRulesInstruction(client, sale)];
      await tellCells(client, sale, (cell) => [...dealt(cell), ...rules]);
    }
    const change = { sale: id, subject, what: 'put', owner: budget.store } as const;
    await recordDocument(client, actor, change, now, budget);
    return { kind: now ? 'changed' : 'created' };
  });
}
