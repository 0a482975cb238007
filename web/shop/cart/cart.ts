import type { GetSaleResponse, QuoteBody } from '../../../client/index.ts';

type Offer = GetSaleResponse['offers'][number];

/** What the shopper took, as the page showed it then: the offer may be on a page not loaded. */
export interface CartLine {
  readonly offer: string;
  readonly title: string;
  /** Of one unit, in minor units. */
  readonly price: number;
  readonly listPrice: number;
  /** Nothing comes off the price: the offer is of the flash lane. */
  readonly isPlain: boolean;
  readonly quantity: number;
}

export interface CartContent {
  readonly lines: readonly CartLine[];
  /** Those that the shopper picked; ignored with `isBest`. */
  readonly coupons: readonly string[];
  /** The service picks the coupons that cost least. */
  readonly isBest: boolean;
  readonly usesPacket: boolean;
  readonly usesPoints: boolean;
}

export const EMPTY_CART: CartContent = {
  lines: [],
  coupons: [],
  isBest: true,
  usesPacket: false,
  usesPoints: false,
};

/** The bounds of an order. */
export const MAX_LINES = 50;
export const MAX_QUANTITY = 999;

export const quantityOf = ({ lines }: CartContent, offer: string): number =>
  lines.find((line) => line.offer === offer)?.quantity ?? 0;

export const unitsOf = ({ lines }: CartContent): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** What the lines cost before anything comes off, in minor units. */
export const subtotalOf = ({ lines }: CartContent): number =>
  lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);

export const listTotalOf = ({ lines }: CartContent): number =>
  lines.reduce((sum, { price, listPrice, quantity }) => {
    return sum + Math.max(price, listPrice) * quantity;
  }, 0);

const lineOf = ({ id, title, price, listPrice, lane }: Offer, quantity: number): CartLine => ({
  offer: id,
  title,
  price,
  listPrice,
  isPlain: lane === 'flash',
  quantity,
});

/**
 * The cart with a number of units of an offer; 0 takes it out.
 * @returns the same cart when no further line has place
 */
export function withUnits(cart: CartContent, offer: Offer, units: number): CartContent {
  const quantity = Math.min(Math.max(0, units), MAX_QUANTITY);
  const known = cart.lines.some((line) => line.offer === offer.id);
  if (quantity === 0) return without(cart, offer.id);
  if (!known && cart.lines.length >= MAX_LINES) return cart;
  const next = lineOf(offer, quantity);
  const lines = known
    ? cart.lines.map((line) => (line.offer === offer.id ? next : line))
    : [...cart.lines, next];
  return { ...cart, lines };
}

/** For a line whose offer is not loaded. */
export function withQuantity(cart: CartContent, offer: string, quantity: number): CartContent {
  if (quantity <= 0) return without(cart, offer);
  const lines = cart.lines.map((line) => (line.offer === offer ? { ...line, quantity } : line));
  return { ...cart, lines };
}

export const without = (cart: CartContent, offer: string): CartContent => ({
  ...cart,
  lines: cart.lines.filter((line) => line.offer !== offer),
});

/** The cart with the present titles and prices. @returns the same cart when nothing changed */
export function refreshed(cart: CartContent, offers: readonly Offer[]): CartContent {
  const byId = new Map(offers.map((offer) => [offer.id, offer]));
  const lines = cart.lines.map((line) => {
    const offer = byId.get(line.offer);
    if (!offer) return line;
    const next = lineOf(offer, line.quantity);
    return isSame(line, next) ? line : next;
  });
  return lines.every((line, i) => line === cart.lines[i]) ? cart : { ...cart, lines };
}

const isSame = (one: CartLine, other: CartLine): boolean =>
  one.title === other.title &&
  one.price === other.price &&
  one.listPrice === other.listPrice &&
  one.isPlain === other.isPlain;

/** What the shopper holds that a cart may use. */
export interface Holdings {
  readonly points: number;
  /** In minor units. */
  readonly redPacket: number;
  /** Null: not known yet, for instance because the wallet cannot be read. */
  readonly coupons: readonly string[] | null;
}

export const mayHave = ({ coupons }: Holdings, id: string): boolean =>
  coupons === null || coupons.includes(id);

/** @param held null: a guest, who has nothing */
export function quoteBodyOf(cart: CartContent, held: Holdings | null): QuoteBody {
  const lines = cart.lines.map(({ offer, quantity }) => ({ offer, quantity }));
  if (!held) return { lines };
  const coupons = cart.coupons.filter((id) => mayHave(held, id));
  return {
    lines,
    ...(cart.isBest ? { best: true } : { coupons }),
    ...(cart.usesPacket && held.redPacket > 0 ? { redPacket: 'max' } : {}),
    ...(cart.usesPoints && held.points > 0 ? { points: held.points } : {}),
  };
}
