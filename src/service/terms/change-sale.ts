import { checkDurability } from '../../cell/cells/check-durability.ts';
import type { SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import { layersFaults } from '../../domain/pricing/promotion-faults.ts';
import { isRefusal } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { saleFaults, storesFaults } from '../../domain/sale.ts';
import type { OfferPut, SaleMove, SaleStore, SaleTerms } from '../../domain/sale.ts';
import { ANY } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import { putOffer } from '../../ledger/terms/put-offer.ts';
import { moveSale, putSale } from '../../ledger/terms/put-sale.ts';
import { applyChange } from '../cells/apply-change-to-cells.ts';
import type { ApplyDeps, Changed } from '../cells/apply-change-to-cells.ts';
import { awaitWithdrawals } from '../cells/await-withdrawals.ts';

export type { Changed } from '../cells/apply-change-to-cells.ts';

export interface ChangeSaleDeps extends ApplyDeps {
  /** Opens sales also on a Redis that may lose or evict what it acknowledged. */
  readonly allowUnsafeRedis: boolean;
}

/**
 * Sets a sale's terms and its stores; the same again changes nothing.
 * @param stores null: they stay as they are
 */
export async function setSale(
  deps: ChangeSaleDeps,
  sale: SaleId,
  terms: SaleTerms,
  actor: Actor,
  stores: readonly SaleStore[] | null = null,
  expected: Expected = ANY,
): Promise<Changed | Refusal> {
  const errors = [
    ...saleFaults(terms),
    ...layersFaults(terms.layers),
    ...storesFaults(stores ?? []),
  ];
  if (errors.length > 0) return { code: 'invalid', errors };
  return applyChange(deps, sale, await putSale(deps.pool, sale, terms, actor, stores, expected));
}

export async function setOffer(
  deps: ChangeSaleDeps,
  sale: SaleId,
  offer: OfferPut,
  actor: Actor,
  expected: Expected = ANY,
): Promise<Changed | Refusal> {
  const change = await putOffer(deps.pool, sale, offer, actor, expected);
  const changed = await applyChange(deps, sale, change);
  return isRefusal(changed) ? changed : awaitWithdrawals(deps, sale, offer.id, changed);
}

/** Opens, pauses, resumes or closes a sale. Repeating it changes nothing. */
export async function setSaleState(
  deps: ChangeSaleDeps,
  sale: SaleId,
  move: SaleMove,
  actor: Actor,
): Promise<Changed | Refusal> {
  if (move === 'open' && !deps.allowUnsafeRedis) {
    const detail = await checkDurability(deps.connections);
    if (detail) return { code: 'conflict', detail };
  }
  const changed = await applyChange(deps, sale, await moveSale(deps.pool, sale, move, actor));
  return isRefusal(changed) || move !== 'close'
    ? changed
    : awaitWithdrawals(deps, sale, null, changed);
}
