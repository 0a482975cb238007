import type { PoolClient } from 'pg';
import type { OfferId, SaleId } from '../../domain/ids.ts';
import type { Instruction } from '../../domain/inbox-instruction.ts';
import type { CapView, Offer } from '../../domain/sale.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

/** An offer with the units the ledger gave to cells. */
export interface OfferRow extends Offer {
  readonly sale: SaleId;
  readonly assigned: number;
}

const ofSale = query<OfferRow>('terms/offers/of-sale');
const stand = query<CapView>('terms/offers/cap');
const upsert = query('terms/offers/upsert');
const assign = query('books/offers/assign');
const give = query('books/allotments/give');

export const offersOfSale = (on: Queryable, sale: SaleId): Promise<OfferRow[]> =>
  rows(on, ofSale, [sale]);

/** Where an offer's cap stands; null when there is no such offer. */
export async function capOf(on: Queryable, sale: SaleId, offer: OfferId): Promise<CapView | null> {
  return (await rows(on, stand, [sale, offer]))[0] ?? null;
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
  ]);
}

/**
 * Gives units of an offer to cells; the ledger's side only, the instructions are the caller's.
 * @param shares units by cell, from 0
 */
export async function giveUnits(
  client: PoolClient,
  sale: SaleId,
  offer: OfferId,
  shares: readonly number[],
): Promise<void> {
  const units = shares.reduce((sum, share) => sum + share, 0);
  await run(client, assign, [sale, [offer], [units]]);
  await run(client, give, [sale, offer, shares]);
}

/** What a cell must know of an offer. */
export function offerInstruction(offer: Offer): Extract<Instruction, { kind: 'offer' }> {
  return {
    kind: 'offer',
    offer: offer.id,
    store: offer.store,
    lane: offer.lane,
    price: offer.priceMinor,
    limit: offer.limitPerShopper ?? 0,
    opens_at: offer.opensAtMs ?? 0,
    closes_at: offer.closesAtMs ?? 0,
    full_price: offer.priceMinor === offer.listPriceMinor,
    categories: offer.categories,
    excludes: offer.excludes,
  };
}
