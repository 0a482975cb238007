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
import { tellCells } from '../instructions.ts';
import { lockSale } from '../sale-row.ts';
import type { SaleRow } from '../sale-row.ts';
import { lockSaleFor, storesOfSale } from '../sale-stores.ts';
import type { LockedSale } from '../sale-stores.ts';
import { budgetVersion, offerVersion, promotionVersion, saleVersion } from '../versions.ts';
import { findOffer, offersOfSale } from './offer-rows.ts';
import type { OfferRow } from './offer-rows.ts';
import { nextRules } from './sale-instructions.ts';
import { budgetsOfSale, promotionsOfSale } from './sale-rules.ts';

const dropSale = query('terms/sales/delete-draft');
const dropOffer = query('terms/offers/delete');
const dropBudget = query('terms/budgets/delete');
const dropPromotion = query('terms/promotions/delete');
const hideOffer = query('terms/offers/hide');
const hidePromotion = query('terms/promotions/hide');
const isGiven = query<{ isSo: boolean }>('books/coupons/is-given');
const isOrdered = query<{ isSo: boolean }>('terms/offers/is-ordered');
const isUsed = query<{ isSo: boolean }>('terms/promotions/is-used');

/** How a thing goes while its sale is open or paused. */
interface OnSale {
  /** Why it stays; null: nothing speaks against it. */
  readonly conflict: () => Promise<string | null>;
  readonly hide: () => Promise<unknown>;
}

/** A thing to delete: what is recorded of it, and how it goes. */
interface Doomed {
  readonly version: string;
  readonly change: Pick<Change, 'subject' | 'owner'> & { readonly before: object };
  /** Why it stays, on sale or not; null: nothing speaks against it. */
  readonly conflict: string | null;
  /** Removes it from a sale that was never opened. */
  readonly drop: () => Promise<number>;
  /** Null: from the first opening on, it stays. */
  readonly onSale: OnSale | null;
}

const STAYS = 'the sale was opened, so it stays';
const CLOSED = 'the sale is closed, so everything in it stays';

async function onSaleConflict({ state }: SaleRow, onSale: OnSale | null): Promise<string | null> {
  if (!onSale) return STAYS;
  return state === 'closed' ? CLOSED : onSale.conflict();
}

/**
 * Deletes a thing of a sale.
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
    const isDraft = locked.sale.state === 'draft';
    const detail =
      doomed.conflict ?? (isDraft ? null : await onSaleConflict(locked.sale, doomed.onSale));
    if (detail !== null) return { kind: 'conflict', detail };
    await (isDraft ? doomed.drop() : doomed.onSale!.hide());
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

/**
 * Says why an offer stays while its sale runs. A cell hands units back in its outbox, behind every
 * order that it took before. When none has units, the ledger therefore knows every order of the
 * offer, and no cell can take another.
 */
async function offerConflict(
  client: PoolClient,
  { sale, id, cap, assigned }: OfferRow,
): Promise<string | null> {
  if (cap > 0) return 'set its cap to 0 first, so that nobody can order it';
  const [ordered] = await rows(client, isOrdered, [sale, id]);
  if (ordered!.isSo) return 'shoppers ordered it';
  return assigned > 0 ? 'its cells have not handed back all units yet; try again' : null;
}

/**
 * Deletes an offer that no promotion names and that nobody ordered. In an opened sale its cap must
 * be 0, and every cell must have handed back its units.
 */
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
      onSale: {
        conflict: () => offerConflict(client, offer),
        hide: () => run(client, hideOffer, [sale, id]),
      },
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
      onSale: null,
    };
  });

async function promotionConflict(
  client: PoolClient,
  sale: SaleId,
  { id, claims }: Promotion,
): Promise<string | null> {
  if (claims) return 'shoppers may claim it';
  const [used] = await rows(client, isUsed, [sale, id]);
  return used!.isSo ? 'shoppers used it' : null;
}

/** Tells the cells the rules without a promotion. In the history it applies to no offer. */
async function endPromotion(
  client: PoolClient,
  sale: SaleRow,
  promotion: Promotion,
): Promise<void> {
  await run(client, hidePromotion, [sale.id, promotion.id]);
  const rules = await nextRules(client, sale, { ...promotion, offers: [] });
  await tellCells(client, sale, () => [rules]);
}

/**
 * Deletes a promotion whose coupons nobody holds and that, as far as the ledger knows, no order
 * used. Orders that a cell takes before it has the new rules keep their discount.
 */
export const deletePromotion = (
  pool: Pool,
  sale: SaleId,
  id: string,
  actor: Actor,
  expected: Expected,
): Promise<ChangeOutcome> =>
  deleteFrom(pool, sale, actor, expected, async (client, locked) => {
    const promotion = (await promotionsOfSale(client, sale)).find((one) => one.id === id);
    const { store } = actor;
    if (!promotion || (store !== null && !isOwnedBy(promotion, store))) return null;
    const [given] = await rows(client, isGiven, [sale, id]);
    return {
      version: promotionVersion(promotion),
      change: { subject: `promotion:${id}`, owner: ownerOf(promotion), before: promotion },
      conflict: given!.isSo ? 'shoppers hold coupons of it' : null,
      drop: () => run(client, dropPromotion, [sale, id]),
      onSale: {
        conflict: () => promotionConflict(client, sale, promotion),
        hide: () => endPromotion(client, locked.sale, promotion),
      },
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
