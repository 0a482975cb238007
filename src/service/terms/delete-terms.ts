import type { OfferId, SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { BUSY } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import type { ChangeOutcome } from '../../ledger/change-outcome.ts';
import * as ledger from '../../ledger/terms/delete-terms.ts';
import { applyChange, isDone, refusalOf } from '../cells/apply-change-to-cells.ts';
import type { ApplyDeps, Changed } from '../cells/apply-change-to-cells.ts';
import { settleUpToNow } from '../cells/settle-up-to-now.ts';

/** Each deletes something, or says why it stays (`conflict`). */

/** Makes this process forget a thing. No cell needs to be told. */
async function forget(deps: ApplyDeps, change: ChangeOutcome): Promise<Changed | Refusal> {
  if (!isDone(change)) return refusalOf(change);
  await deps.directory.refresh();
  return { ...change, pendingCells: [] };
}

/** Deletes a sale that was never opened. */
export async function deleteSale(
  deps: ApplyDeps,
  sale: SaleId,
  actor: Actor,
  expected: Expected,
): Promise<Changed | Refusal> {
  return forget(deps, await ledger.deleteSale(deps.pool, sale, actor, expected));
}

/** Deletes an offer that nobody ordered and that no cell has units of. */
export async function deleteOffer(
  deps: ApplyDeps,
  sale: SaleId,
  offer: OfferId,
  actor: Actor,
  expected: Expected,
): Promise<Changed | Refusal> {
  const change = await ledger.deleteOffer(deps.pool, sale, offer, actor, expected);
  return forget(deps, change);
}

/** Deletes a budget of a sale that was never opened. */
export async function deleteBudget(
  deps: ApplyDeps,
  sale: SaleId,
  budget: string,
  actor: Actor,
  expected: Expected,
): Promise<Changed | Refusal> {
  const change = await ledger.deleteBudget(deps.pool, sale, budget, actor, expected);
  return forget(deps, change);
}

/**
 * Deletes a promotion that no order has used. Orders that race with it keep their discount.
 * `pendingCells`: cells that still apply it; they will stop.
 */
export async function deletePromotion(
  deps: ApplyDeps,
  sale: SaleId,
  promotion: string,
  actor: Actor,
  expected: Expected,
): Promise<Changed | Refusal> {
  const isOver = deps.directory.sale(sale)?.sale.state === 'closed';
  if (!isOver && !(await settleUpToNow(deps, sale))) return BUSY;
  const change = await ledger.deletePromotion(deps.pool, sale, promotion, actor, expected);
  return applyChange(deps, sale, change);
}
