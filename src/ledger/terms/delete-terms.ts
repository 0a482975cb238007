import type { Pool, PoolClient } from 'pg';
import type { OfferId, SaleId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/people/actor.ts';
import type { Change } from '../../domain/people/change.ts';
import { isOwnedBy, ownerOf } from '../../domain/promotion.ts';
import type { Promotion } from '../../domain/promotion.ts';
import { meets } from '../../domain/terms/expected-version.ts';
import type { Expected } from '../../domain/terms/expected-version.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { ChangeOutcome } from '../change-outcome.ts';
import { recordChange } from '../changes/record-change.ts';
import { lockSale } from '../sale-row.ts';
import { lockSaleFor, storesOfSale } from '../sale-stores.ts';
import type { LockedSale } from '../sale-stores.ts';
import { budgetVersion, offerVersion, promotionVersion, saleVersion } from '../versions.ts';
import { findOffer, offersOfSale } from './offer-rows.ts';
import { budgetsOfSale, promotionsOfSale } from './sale-rules.ts';

const dropSale = query('terms/sales/delete-draft');
const dropOffer = query('terms/offers/delete');
const dropBudget = query('terms/budgets/delete');
const dropPromotion = query('terms/promotions/delete');
const isGiven = query<{ isSo: boolean }>('books/coupons/is-given');

/** A thing to delete: what is recorded of it, and how it goes. */
interface Doomed {
  readonly version: string;
  readonly change: Pick<Change, 'subject' | 'owner'> & { readonly before: object };
  /** Why it stays; null: nothing speaks against it. */
  readonly conflict: string | null;
  readonly drop: () => Promise<number>;
}

const STAYS = 'the sale was opened, so everything in it stays';

/**
 * Deletes a thing of a sale that was never opened. From the first opening on cells may have sold
 * or used it a moment ago, and only they know.
 * @param find null: there is no such thing, or it belongs to another store
 */
function deleteFrom(
  pool: Pool,
  sale: SaleId,
  actor: Actor,
  expected: Expected,
  find: (client: PoolClient, locked: LockedSale) => Promise<Doomed | null>,
): Promise<ChangeOutcome> {
  return transaction(pool, async (client) => {
    const locked = await lockSaleFor(client, sale, actor.store);
    if (locked.kind !== 'locked') return locked;
    const doomed = await find(client, locked);
    if (!doomed) return { kind: 'unknown' };
    if (!meets(expected, doomed.version)) return { kind: 'stale' };
    const detail = locked.sale.state === 'draft' ? doomed.conflict : STAYS;
    if (detail !== null) return { kind: 'conflict', detail };
    await doomed.drop();
    const change = { ...doomed.change, sale, what: 'delete', after: null } as const;
    await recordChange(client, actor, change);
    return { kind: 'changed' };
  });
}

const namedBy = (list: readonly Promotion[], isNamed: (one: Promotion) => boolean) => {
  const naming = list.find(isNamed);
  return naming ? `promotion ${naming.id} names it` : null;
};

const namesOffer = ({ offers, effect }: Promotion, id: OfferId): boolean =>
  offers?.includes(id) === true || (effect.kind === 'gift' && effect.offer === id);

/** Deletes an offer that was never on sale and that no promotion names. */
export const deleteOffer = (
  pool: Pool,
  sale: SaleId,
  id: OfferId,
  actor: Actor,
  expected: Expected,
): Promise<ChangeOutcome> =>
  deleteFrom(pool, sale, actor, expected, async (client) => {
    const offer = await findOffer(client, sale, id, actor.store);
    if (!offer) return null;
    const { sale: _, assigned: __, ...before } = offer;
    const promotions = await promotionsOfSale(client, sale);
    return {
      version: offerVersion(offer),
      change: { subject: `offer:${id}`, owner: offer.store, before },
      conflict: namedBy(promotions, (one) => namesOffer(one, id)),
      drop: () => run(client, dropOffer, [sale, id]),
    };
  });

/** Deletes a budget that no promotion draws from. */
export const deleteBudget = (
  pool: Pool,
  sale: SaleId,
  id: string,
  actor: Actor,
  expected: Expected,
): Promise<ChangeOutcome> =>
  deleteFrom(pool, sale, actor, expected, async (client) => {
    const budget = (await budgetsOfSale(client, sale)).find((one) => one.id === id);
    if (!budget || (actor.store !== null && budget.store !== actor.store)) return null;
    const { store, amountMinor, policy } = budget;
    const promotions = await promotionsOfSale(client, sale);
    return {
      version: budgetVersion(budget),
      change: { subject: `budget:${id}`, owner: store, before: { id, store, amountMinor, policy } },
      conflict: namedBy(promotions, (one) => one.budget === id),
      drop: () => run(client, dropBudget, [sale, id]),
    };
  });

/** Deletes a promotion that was never used and whose coupons nobody holds. */
export const deletePromotion = (
  pool: Pool,
  sale: SaleId,
  id: string,
  actor: Actor,
  expected: Expected,
): Promise<ChangeOutcome> =>
  deleteFrom(pool, sale, actor, expected, async (client) => {
    const promotion = (await promotionsOfSale(client, sale)).find((one) => one.id === id);
    const { store } = actor;
    if (!promotion || (store !== null && !isOwnedBy(promotion, store))) return null;
    const [given] = await rows(client, isGiven, [sale, id]);
    return {
      version: promotionVersion(promotion),
      change: { subject: `promotion:${id}`, owner: ownerOf(promotion), before: promotion },
      conflict: given!.isSo ? 'shoppers hold coupons of it' : null,
      drop: () => run(client, dropPromotion, [sale, id]),
    };
  });

/** Deletes a sale that was never opened, with everything in it. Its changes stay. */
export function deleteSale(
  pool: Pool,
  id: SaleId,
  actor: Actor,
  expected: Expected,
): Promise<ChangeOutcome> {
  return transaction(pool, async (client) => {
    const sale = await lockSale(client, id);
    if (!sale) return { kind: 'unknown' };
    const stores = await storesOfSale(client, id);
    if (!meets(expected, saleVersion(sale, stores))) return { kind: 'stale' };
    if (sale.state !== 'draft') return { kind: 'conflict', detail: STAYS };
    const offers = (await offersOfSale(client, id)).length;
    await run(client, dropSale, [id]);
    await recordChange(client, actor, {
      sale: id,
      subject: 'sale',
      what: 'delete',
      owner: null,
      before: { ...sale, stores, offers },
      after: null,
    });
    return { kind: 'changed' };
  });
}
