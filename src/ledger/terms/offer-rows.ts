import type { OfferId, SaleId } from '../../domain/ids.ts';
import type { CapView, Offer } from '../../domain/sale.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

/** An offer with the units the ledger gave to cells. */
export interface OfferRow extends Offer {
  readonly sale: SaleId;
  readonly assigned: number;
}

const ofSale = query<OfferRow>('terms/offers/of-sale');
const inCells = query<OfferRow>('terms/offers/in-cells');
const find = query<OfferRow>('terms/offers/find');
const count = query<{ all: number; ofStore: number }>('terms/offers/count');
const findCap = query<CapView>('terms/offers/cap');
const upsert = query('terms/offers/upsert');

/** Lists the offers of a sale that are not deleted, by id. */
export const offersOfSale = (on: Queryable, sale: SaleId): Promise<OfferRow[]> =>
  rows(on, ofSale, [sale]);

/** Lists the offers that the cells of a sale know, deleted ones too, by id. */
export const offersInCells = (on: Queryable, sale: SaleId): Promise<OfferRow[]> =>
  rows(on, inCells, [sale]);

/** @param store finds it only if it is this store's; null: anyone's */
export async function findOffer(
  on: Queryable,
  sale: SaleId,
  offer: OfferId,
  store: string | null,
): Promise<OfferRow | null> {
  return (await rows(on, find, [sale, offer, store]))[0] ?? null;
}

/** Counts the offers of a sale, and those of a store among them. */
export async function countOffers(on: Queryable, sale: SaleId, store: string) {
  return (await rows(on, count, [sale, store]))[0]!;
}

/** Reads an offer's cap, as it was asked for and as it is. @returns null: no such offer */
export async function capOf(on: Queryable, sale: SaleId, offer: OfferId): Promise<CapView | null> {
  return (await rows(on, findCap, [sale, offer]))[0] ?? null;
}

export async function upsertOffer(on: Queryable, sale: SaleId, offer: Offer): Promise<void> {
  await run(on, upsert, [
    sale,
    offer.id,
    offer.store,
    offer.title,
    offer.priceMinor,
    offer.listPriceMinor,
    offer.cap,
    offer.limitPerShopper,
    offer.lane,
    offer.categories,
    offer.excludes,
    offer.opensAtMs,
    offer.closesAtMs,
    JSON.stringify(offer.access),
    offer.isPaused,
    offer.warnAt && 'units' in offer.warnAt ? offer.warnAt.units : null,
    offer.warnAt && 'percent' in offer.warnAt ? offer.warnAt.percent : null,
    offer.image,
  ]);
}
