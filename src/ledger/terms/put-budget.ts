import type { Pool } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { budgetPot } from '../../domain/promotion.ts';
import type { Budget } from '../../domain/promotion.ts';
import type { Fault, SaleStore } from '../../domain/sale.ts';
import {
  budgetConflict,
  budgetsBound,
  payerConflict,
} from '../../domain/terms/promotion-conflicts.ts';
import { ANY, meets } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import { transaction } from '../../platform/postgres.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { recordDocument } from '../changes/record-change.ts';
import { saveNewDocument } from '../last-documents.ts';
import { tellCells } from '../instructions.ts';
import { setPot } from '../books/pots.ts';
import { budgetsOfSale, promotionsOfSale, upsertBudget } from './sale-rules.ts';
import { raisedRulesInstruction } from './sale-instructions.ts';
import { budgetVersion } from '../versions.ts';
import { lockSaleFor, storesOfSale } from '../sale-stores.ts';

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
  expected: Expected = ANY,
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
    if (!meets(expected, now ? budgetVersion(now) : null)) return { kind: 'stale' };
    const errors = storeFaults(budget, await storesOfSale(client, id));
    if (errors.length > 0) return { kind: 'invalid', errors };
    const others = budgets.filter((other) => other !== now);
    const detail =
      budgetConflict(sale.state, now, budget) ??
      budgetsBound(others, budget) ??
      payerConflict(await promotionsOfSale(client, id), budget);
    if (detail) return { kind: 'conflict', detail };
    const subject = `budget:${budget.id}`;
    const version = budgetVersion(budget);
    if (!(await saveNewDocument(client, id, subject, budget))) {
      return { kind: 'unchanged', version };
    }
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
    return { kind: now ? 'changed' : 'created', version };
  });
}
