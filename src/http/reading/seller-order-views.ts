import Type from 'typebox';
import type { Static } from 'typebox';
import { activityMinor } from '../../domain/order.ts';
import type { Applied } from '../../domain/order.ts';
import type { StoreId } from '../../domain/ids.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import type { OrderPart } from '../../service/reading/seller-orders.ts';
import { orderState } from '../selling/order-views.ts';
import { named, strict } from '../schemas.ts';

const text = Type.String();
const count = Type.Integer();
const amount = (description: string) => Type.Integer({ description });

const LineView = named(
  'SellerOrderLine',
  strict({
    line: amount('Its index in the order, by which a refund names it.'),
    offer: text,
    title: Type.String({ description: 'The offer’s present title.' }),
    store: text,
    quantity: count,
    price: count,
    activity: count,
    net: count,
    gift: Type.Optional(Type.Boolean()),
    refunded: Type.Optional(amount('The units refunded, if any.')),
  }),
);

const AppliedView = named(
  'SellerAppliedPromotion',
  strict({
    promotion: text,
    layer: text,
    funder: text,
    discount: amount('What it took from the lines shown.'),
    shares: Type.Array(count, { description: 'One share for each line shown.' }),
    basis: Type.Optional(count),
    forfeited: Type.Optional(count),
  }),
);

export const sellerOrderFields = {
  id: text,
  sale: text,
  shopper: Type.String({
    description:
      'For operators and the shopper: the `sub`. For a merchant: a pseudonym, the same for all ' +
      'orders of a shopper in this store, and a different one in every other store.',
  }),
  state: orderState,
  createdAt: text,
  payBy: text,
  currency: text,
  total: amount('What the lines shown cost.'),
  refunded: Type.Optional(amount('The cash refunded for the lines shown, if any.')),
  lines: Type.Array(LineView),
  applied: Type.Array(AppliedView),
  points: Type.Optional(amount('The points used. Absent for a merchant.')),
  outOfGifts: Type.Optional(
    Type.Array(text, {
      description: 'The promotions whose gift had run out. Absent for a merchant.',
    }),
  ),
  rulesVersion: count,
};

/** The same shape for every reader; a merchant's has fewer fields. */
export const SellerOrderView = named(
  'SellerOrder',
  strict(
    sellerOrderFields,
    'An order. With a store, only the part of it that belongs to the store.',
  ),
);
export type SellerOrderView = Static<typeof SellerOrderView>;

/** How the reader of an order is served. */
export interface Sight {
  /** Only what belongs to this store is shown; null: everything. */
  readonly store: StoreId | null;
  /** What the reader gets in place of a shopper's id. */
  readonly nameOf: (shopper: OrderPart['shopper']) => string;
}

function lineView(line: OrderPart['lines'][number]): SellerOrderView['lines'][number] {
  return {
    line: line.line,
    offer: line.offer,
    title: line.title,
    store: line.store,
    quantity: line.quantity,
    price: line.priceMinor,
    activity: activityMinor(line),
    net: line.netMinor,
    ...(line.isGift ? { gift: true } : {}),
    ...(line.refunded > 0 ? { refunded: line.refunded } : {}),
  };
}

/** What a promotion took from the lines shown; its basis counts lines that may not be shown. */
function appliedView(
  { lines }: OrderPart,
  applied: Applied,
  { store }: Sight,
): SellerOrderView['applied'][number] {
  const shares = lines.map(({ line }) => applied.shares[line] ?? 0);
  const { promotion, layer, funder, basisMinor, forfeitedMinor } = applied;
  return {
    promotion,
    layer,
    funder,
    discount: shares.reduce((sum, share) => sum + share, 0),
    shares,
    ...(store === null ? { basis: basisMinor, forfeited: forfeitedMinor } : {}),
  };
}

/** Shows an order as far as its reader may see it. */
export function sellerOrderView(part: OrderPart, sight: Sight): SellerOrderView {
  const { lines, pointsUsed, outOfGifts } = part;
  const isWhole = sight.store === null;
  const applied = part.applied.map((one) => appliedView(part, one, sight));
  return {
    id: part.id,
    sale: part.sale,
    shopper: sight.nameOf(part.shopper),
    state: part.state,
    createdAt: toTimestamp(Math.floor(part.atUs / 1_000)),
    payBy: toTimestamp(part.payByMs),
    currency: part.currency,
    total: lines.reduce((sum, { netMinor }) => sum + netMinor, 0),
    ...(part.refundedMinor > 0 ? { refunded: part.refundedMinor } : {}),
    lines: lines.map(lineView),
    applied: isWhole ? applied : applied.filter(({ discount }) => discount > 0),
    ...(isWhole ? { points: pointsUsed, outOfGifts: [...outOfGifts] } : {}),
    rulesVersion: part.rulesVersion,
  };
}
