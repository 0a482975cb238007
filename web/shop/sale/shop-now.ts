import type { GetSaleResponse } from '../../../client/index.ts';
import { msOf } from '../../kit/time/timestamps.ts';
import type { ShopNow } from '../buy/main-action.ts';
import type { Buying } from '../buy/purchase.ts';
import type { CartContent } from '../cart/cart.ts';
import { opensForMs } from '../opening.ts';

type Sale = GetSaleResponse;

/** A refusal for lack of stock counts for so long, until the stock word says the same. */
const DRY_MS = 5_000;

/** When a shopper may order everything in the cart; of an empty one, when the sale opens. */
export function cartOpensMs(sale: Sale, { lines }: CartContent, member: string | null): number {
  const offers = lines.flatMap((line) => sale.offers.find(({ id }) => id === line.offer) ?? []);
  if (offers.length === 0) return opensForMs(sale, null, member);
  return Math.max(...offers.map((offer) => opensForMs(sale, offer, member)));
}

/** The offer that an order was just refused for, because nothing of it was left; null: none. */
function dryOffer(buying: Buying, monotonicMs: number): string | null {
  if (buying.state !== 'refused' || monotonicMs - buying.atMs > DRY_MS) return null;
  const { code, offer, unitsLeft } = buying.refusal;
  return code === 'sold_out' && unitsLeft === 0 ? offer : null;
}

interface Seen {
  readonly sale: Sale;
  readonly cart: CartContent;
  readonly waits: readonly string[];
  readonly buying: Buying;
  /** By the server's clock, in whole seconds. */
  readonly nowMs: number;
  readonly monotonicMs: number;
  readonly member: string | null;
  readonly isShopper: boolean;
}

/** What the button must know. */
export function shopNow(seen: Seen): ShopNow {
  const { sale, cart, waits, buying, nowMs, monotonicMs, member, isShopper } = seen;
  const dry = dryOffer(buying, monotonicMs);
  const gone = new Set(sale.offers.flatMap(({ id, stock }) => (stock === 'sold_out' ? [id] : [])));
  const soldOut = cart.lines.find(({ offer }) => gone.has(offer) || offer === dry);
  return {
    buying,
    saleState: sale.state,
    nowMs,
    closesMs: msOf(sale.closesAt),
    opensMs: cartOpensMs(sale, cart, member),
    isEmpty: cart.lines.length === 0,
    soldOut: soldOut?.offer ?? null,
    isWaitingFor: (offer) => waits.includes(offer),
    isShopper,
  };
}
