import type { OfferId } from '../ids.ts';
import { activityMinor } from '../order.ts';
import { invalid } from '../refusals.ts';
import type { Refusal } from '../refusals.ts';
import { MAX_ACTIVITY_MINOR } from '../sale.ts';
import type { Offer } from '../sale.ts';
import type { CartLine } from './cart.ts';
import type { CartRequest } from './quote.ts';

/** The lines of a cart with the terms of their offers, or why there is no such cart. */
export function linesOfOffers(
  offers: ReadonlyMap<OfferId, Offer>,
  asked: CartRequest['lines'],
): CartLine[] | Refusal {
  const lines: CartLine[] = [];
  let activity = 0;
  for (const { offer: id, quantity } of asked) {
    const offer = offers.get(id);
    if (!offer) return { code: 'unknown_offer', offer: id };
    const { store, priceMinor, listPriceMinor, lane, categories, excludes } = offer;
    const isFullPrice = priceMinor === listPriceMinor;
    const stacks = lane === 'cart';
    const line = { offer: id, store, quantity, priceMinor, isFullPrice, stacks };
    lines.push({ ...line, categories, excludes });
    activity += activityMinor(line);
  }
  if (activity <= MAX_ACTIVITY_MINOR) return lines;
  return invalid('/lines', `the order is worth more than ${MAX_ACTIVITY_MINOR} minor units`);
}
