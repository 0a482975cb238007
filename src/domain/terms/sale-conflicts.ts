import { promotionFaults } from '../pricing/promotion-faults.ts';
import type { Promotion } from '../promotion.ts';
import { MAX_OFFERS } from '../sale.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Offer, OfferPut, Sale, SaleState, SaleTerms, StoreBounds } from '../sale.ts';

/** Each says why a change may not be made to what is there now; null: it may. */

const CLOSED = 'the sale is closed';

export function saleConflict(
  now: Pick<Sale, 'state' | 'cells' | 'currency'>,
  terms: Pick<SaleTerms, 'cells' | 'currency'>,
): string | null {
  if (now.state === 'closed') return CLOSED;
  if (now.state === 'draft') return null;
  if (now.cells !== terms.cells) return 'cells are fixed from the first opening';
  if (now.currency !== terms.currency) return 'the currency is fixed from the first opening';
  return null;
}

/** New layers must fit every promotion that the sale has. */
export function layersConflict(
  now: Pick<SaleTerms, 'layers'>,
  { layers }: Pick<SaleTerms, 'layers'>,
  promotions: readonly Promotion[],
): string | null {
  if (canonicalJson(now.layers) === canonicalJson(layers)) return null;
  const unfit = promotions.find((promotion) => promotionFaults(promotion, layers).length > 0);
  return unfit ? `promotion ${unfit.id} does not fit these layers` : null;
}

/** What a store has in a sale would be nobody's if the store were not a member any more. */
export const storesConflict = (leftOut: string | null): string | null =>
  leftOut === null ? null : `${leftOut} has something in the sale, so it stays a member`;

/** @param now null: the offer is new */
export function offerConflict(
  state: SaleState,
  now: Pick<Offer, 'store' | 'lane'> | null,
  offer: Pick<OfferPut, 'store' | 'lane'>,
): string | null {
  if (state === 'closed') return CLOSED;
  if (state === 'draft' || !now) return null;
  if (now.store !== offer.store) return 'the store is fixed from the first opening';
  if (now.lane !== offer.lane) return 'the lane is fixed from the first opening';
  return null;
}

/**
 * Finds the bound that a new offer would exceed.
 * @param offers how many the sale has, and how many of them are the store's
 * @param bounds of the store; null: an operator, who has only the sale's
 */
export function newOfferConflict(
  offers: { readonly all: number; readonly ofStore: number },
  store: string,
  bounds: StoreBounds | null,
): string | null {
  if (offers.all >= MAX_OFFERS) return `a sale has at most ${MAX_OFFERS} offers`;
  if (!bounds || offers.ofStore < bounds.offersMax) return null;
  return `${store} may have at most ${bounds.offersMax} offers in this sale (offersMax)`;
}

/** @param more by how much each balance rises */
export function balancesConflict(
  state: SaleState,
  more: { readonly points: number; readonly redPacketMinor: number },
): string | null {
  if (state === 'closed') return CLOSED;
  if (state === 'draft' || (more.points >= 0 && more.redPacketMinor >= 0)) return null;
  return 'a balance cannot be cut once the sale was opened';
}
