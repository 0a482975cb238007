import type { OfferId, SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import * as ledger from '../../ledger/terms/delete-terms.ts';
import { applyChange } from '../cells/apply-change-to-cells.ts';
import type { ApplyDeps, Changed } from '../cells/apply-change-to-cells.ts';

/** Each deletes something of a sale that was never opened, or refuses it as `conflict`. */

export async function deleteSale(
  deps: ApplyDeps,
  sale: SaleId,
  actor: Actor,
  expected: Expected,
): Promise<Changed | Refusal> {
  return applyChange(deps, sale, await ledger.deleteSale(deps.pool, sale, actor, expected));
}

export async function deleteOffer(
  deps: ApplyDeps,
  sale: SaleId,
  offer: OfferId,
  actor: Actor,
  expected: Expected,
): Promise<Changed | Refusal> {
  const change = await ledger.deleteOffer(deps.pool, sale, offer, actor, expected);
  return applyChange(deps, sale, change);
}

export async function deleteBudget(
  deps: ApplyDeps,
  sale: SaleId,
  budget: string,
  actor: Actor,
  expected: Expected,
): Promise<Changed | Refusal> {
  const change = await ledger.deleteBudget(deps.pool, sale, budget, actor, expected);
  return applyChange(deps, sale, change);
}

export async function deletePromotion(
  deps: ApplyDeps,
  sale: SaleId,
  promotion: string,
  actor: Actor,
  expected: Expected,
): Promise<Changed | Refusal> {
  const change = await ledger.deletePromotion(deps.pool, sale, promotion, actor, expected);
  return applyChange(deps, sale, change);
}
