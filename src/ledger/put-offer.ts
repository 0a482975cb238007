import type { Pool, PoolClient } from 'pg';
import type { SaleId } from '../domain/ids.ts';
import type { Instruction } from '../domain/instruction.ts';
import { MAX_OFFERS } from '../domain/sale.ts';
import type { Offer } from '../domain/sale.ts';
import { dealMore } from '../domain/units.ts';
import { transaction } from '../platform/postgres.ts';
import type { Change } from './change.ts';
import { isLastDocument } from './documents.ts';
import { tellCells } from './instructions.ts';
import { giveUnits, offerInstruction, offersOfSale, upsertOffer } from './offers.ts';
import type { OfferRow } from './offers.ts';
import { raiseRules, termsInstruction } from './rules.ts';
import { lockSale } from './sale-row.ts';
import type { SaleRow } from './sale-row.ts';

function offerConflict(sale: SaleRow, now: OfferRow | undefined, offer: Offer): string | null {
  if (sale.state === 'closed') return 'the sale is closed';
  if (sale.state === 'draft' || !now) return null;
  if (now.store !== offer.store) return 'the store is fixed from the first opening';
  if (now.lane !== offer.lane) return 'the lane is fixed from the first opening';
  if (offer.cap < now.cap) return 'a cap cannot be cut once the sale was opened';
  return null;
}

/** In an opened sale: new units are dealt, and every cell hears of the terms and its units. */
async function tellOffer(
  client: PoolClient,
  sale: SaleRow,
  offer: Offer,
  capBefore: number,
): Promise<void> {
  const shares = dealMore(capBefore, offer.cap, sale.cells);
  await giveUnits(client, sale.id, offer.id, shares);
  const terms = termsInstruction(sale, await raiseRules(client, sale.id));
  await tellCells(client, sale, (cell): Instruction[] => [
    offerInstruction(offer),
    { kind: 'units', offer: offer.id, units: shares[cell]! },
    terms,
  ]);
}

/**
 * Creates an offer or sets its terms. A cap may rise at any time, ledger first.
 * @param store the merchant's own, or null for an operator
 */
export function putOffer(
  pool: Pool,
  id: SaleId,
  offer: Offer,
  store: string | null,
): Promise<Change> {
  return transaction(pool, async (client) => {
    const sale = await lockSale(client, id);
    if (!sale) return { kind: 'unknown' };
    const offers = await offersOfSale(client, id);
    const now = offers.find((other) => other.id === offer.id);
    if (store !== null && (offer.store !== store || (now && now.store !== store))) {
      return { kind: 'foreign' };
    }
    const detail =
      offerConflict(sale, now, offer) ??
      (!now && offers.length >= MAX_OFFERS ? `a sale has at most ${MAX_OFFERS} offers` : null);
    if (detail) return { kind: 'conflict', detail };
    if (await isLastDocument(client, id, `offer:${offer.id}`, offer)) return { kind: 'unchanged' };
    await upsertOffer(client, id, offer);
    if (sale.state !== 'draft') await tellOffer(client, sale, offer, now?.cap ?? 0);
    return { kind: now ? 'changed' : 'created' };
  });
}
