import type { OfferId, SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { CapView, OfferPatch } from '../../domain/sale.ts';
import { ANY } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import { capOf } from '../../ledger/terms/offer-rows.ts';
import { patchOffer as patchInLedger } from '../../ledger/terms/put-offer.ts';
import { applyChange, poolAfterCommit } from '../cells/apply-change-to-cells.ts';
import type { ApplyDeps } from '../cells/apply-change-to-cells.ts';
import { awaitWithdrawals } from '../cells/await-withdrawals.ts';

/** `pendingCells`: cells that have not applied it, or have not handed back all they were asked. */
export interface CapChanged {
  readonly cap: CapView;
  readonly pendingCells: readonly number[];
  /** Of the offer as it is. */
  readonly version?: string;
}

/**
 * Changes an offer's terms while it sells. When a cap falls, cells hand back units they have left;
 * units reserved or sold above the cap stay, as debt.
 */
export async function patchOffer(
  deps: ApplyDeps,
  sale: SaleId,
  offer: OfferId,
  patch: OfferPatch,
  actor: Actor,
  expected: Expected = ANY,
): Promise<CapChanged | Refusal> {
  const change = await patchInLedger(deps.pool, sale, offer, patch, actor, expected);
  const applied = await applyChange(deps, sale, change);
  if (isRefusal(applied)) return applied;
  const { pendingCells, version } = await awaitWithdrawals(deps, sale, offer, applied);
  const cap = await capOf(poolAfterCommit(deps), sale, offer);
  if (!cap) throw new Error(`offer ${offer} is gone`);
  return { cap, pendingCells, ...(version === undefined ? {} : { version }) };
}
