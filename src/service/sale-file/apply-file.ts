import type { Pool } from 'pg';
import type { Actor } from '../../domain/people/actor.ts';
import { isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { ANY, meets } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import type { ChangeOutcome } from '../../ledger/change-outcome.ts';
import { readPresent } from '../../ledger/sale-file/read-present.ts';
import type { Present } from '../../ledger/sale-file/read-present.ts';
import { grantCoupons } from '../../ledger/terms/grant-coupons.ts';
import type { Grant } from '../../ledger/terms/grant-coupons.ts';
import { putBalances } from '../../ledger/terms/put-balances.ts';
import { putBudget } from '../../ledger/terms/put-budget.ts';
import { putOffer } from '../../ledger/terms/put-offer.ts';
import { putPromotion } from '../../ledger/terms/promotions/put-promotion.ts';
import { putSale } from '../../ledger/terms/put-sale.ts';
import * as versions from '../../ledger/versions.ts';
import { applyChange, isDone, refusalOf } from '../cells/apply-change-to-cells.ts';
import type { ApplyDeps } from '../cells/apply-change-to-cells.ts';
import { awaitWithdrawals } from '../cells/await-withdrawals.ts';
import { grantKey } from './grant-key.ts';
import { planFile } from './plan-file.ts';
import type { PlannedChange } from './plan.ts';
import type { SaleDocument } from './sale-contents.ts';

/** What a file does to a sale. `version`: of everything in the sale; null: there is no sale. */
export interface FilePlan {
  readonly changes: readonly PlannedChange[];
  readonly version: string | null;
}

/**
 * How a file was applied. `refused`: the plan has refusals, and nothing was written · `stopped`: a
 * change that the plan allowed was refused, because somebody changed the sale meanwhile; all before
 * it stand · `applied`: all of it is in the ledger, and `pendingCells` follow shortly.
 */
export type FileApplied =
  | { readonly kind: 'refused'; readonly plan: FilePlan }
  | {
      readonly kind: 'stopped';
      readonly plan: FilePlan;
      readonly at: PlannedChange;
      readonly why: Refusal;
    }
  | {
      readonly kind: 'applied';
      readonly plan: FilePlan;
      readonly pendingCells: readonly number[];
    };

const keyed = (grant: Omit<Grant, 'key'>): Grant => ({ ...grant, key: grantKey(grant) });

function versionOf({ sale, stores, offers, budgets, promotions }: Present): string | null {
  if (!sale) return null;
  return versions.wholeVersion([
    versions.saleVersion(sale, stores),
    ...offers.map(versions.offerVersion),
    ...budgets.map(versions.budgetVersion),
    ...promotions.map(versions.promotionVersion),
  ]);
}

/** Says what a file would do to its sale. It writes nothing. */
export async function compareFile(
  { pool }: { readonly pool: Pool },
  document: SaleDocument,
): Promise<FilePlan> {
  const { id, stores, coupons, balances } = document;
  const shoppers = balances.map(({ shopper }) => shopper);
  const present = await readPresent(pool, id, { stores, grants: coupons.map(keyed), shoppers });
  return { changes: planFile(id, document, present), version: versionOf(present) };
}

/** Makes one change of a plan, in a transaction of its own. */
function put(
  pool: Pool,
  document: SaleDocument,
  { list, at, expected }: PlannedChange,
  actor: Actor,
): Promise<ChangeOutcome> {
  const { id, terms, stores, offers, budgets, promotions, coupons, balances } = document;
  switch (list) {
    case 'sale':
      return putSale(pool, id, terms, actor, stores, expected);
    case 'offers':
      return putOffer(pool, id, offers[at]!, actor, expected);
    case 'budgets':
      return putBudget(pool, id, budgets[at]!, actor, expected);
    case 'promotions':
      return putPromotion(pool, id, promotions[at]!, actor, expected);
    case 'coupons':
      return grantCoupons(pool, id, keyed(coupons[at]!), actor);
    case 'balances': {
      const { shopper, ...given } = balances[at]!;
      return putBalances(pool, id, shopper, given, actor, expected);
    }
  }
}

/** @returns the change that was refused, and why; null when all are made */
async function putAll(
  pool: Pool,
  document: SaleDocument,
  due: readonly PlannedChange[],
  actor: Actor,
  onPut: (done: number, due: number) => void,
): Promise<{ readonly at: PlannedChange; readonly why: Refusal } | null> {
  for (const [done, change] of due.entries()) {
    const outcome = await put(pool, document, change, actor);
    if (!isDone(outcome)) return { at: change, why: refusalOf(outcome) };
    onPut(done + 1, due.length);
  }
  return null;
}

/**
 * Brings a sale to what its file says; lists that the file leaves out stay as they are. First it
 * checks the whole file against the sale: a file with a refusal writes nothing. Then it makes the
 * changes one after another, each in a transaction of its own and only if its thing is still as the
 * plan saw it. So it is not atomic. After a fault it can be repeated: what is made is unchanged.
 * @param expected of everything in the sale, as `compareFile` says its version
 * @param onPut told after each change
 */
export async function applyFile(
  deps: ApplyDeps,
  document: SaleDocument,
  actor: Actor,
  expected: Expected = ANY,
  onPut: (done: number, due: number) => void = () => {},
): Promise<FileApplied | Refusal> {
  const plan = await compareFile(deps, document);
  if (!meets(expected, plan.version)) return { code: 'precondition_failed' };
  if (plan.changes.some(({ outcome }) => outcome === 'refused')) return { kind: 'refused', plan };
  const due = plan.changes.filter(({ outcome }) => outcome !== 'unchanged');
  const stopped = await putAll(deps.pool, document, due, actor, onPut);
  const changed = await applyChange(deps, document.id, { kind: 'changed' });
  if (stopped) return { kind: 'stopped', plan, ...stopped };
  if (isRefusal(changed)) return changed;
  const { pendingCells } = await awaitWithdrawals(deps, document.id, null, changed);
  return { kind: 'applied', plan, pendingCells };
}
