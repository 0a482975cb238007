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
const findCap = query<CapView>('terms/offers/cap');
const upsert = query('terms/offers/upsert');

export const offersOfSale = (on: Queryable, sale: SaleId): Promise<OfferRow[]> =>
  rows(on, ofSale, [sale]);

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
  ]);
}
