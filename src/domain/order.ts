import type { Funder } from './promotion.ts';
import type { IdempotencyKey, OfferId, OrderId, SaleId, ShopperId, StoreId } from './ids.ts';
import { toTimestamp } from './timestamps.ts';

export const ORDER_STATES = [
  'reserved',
  'paid',
  'partly_refunded',
  'refunded',
  'expired',
  'cancelled',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export interface OrderLine {
  readonly offer: OfferId;
  readonly store: StoreId;
  readonly quantity: number;
  /** The price of one unit; 0 for a gift. */
  readonly priceMinor: number;
  /** What is left to pay for the line: its activity − its shares. */
  readonly netMinor: number;
  readonly isGift: boolean;
}

/** A promotion as it applied; Σ shares = discount, one share per line of the cart. */
export interface Applied {
  readonly promotion: string;
  readonly layer: string;
  /** Σ of its eligible lines' basis amounts. */
  readonly basisMinor: number;
  readonly discountMinor: number;
  /** What lines no longer owed; not spread again. */
  readonly forfeitedMinor: number;
  readonly funder: Funder;
  readonly budget: string | null;
  readonly isCoupon: boolean;
  readonly shares: readonly number[];
}

/** What was bought, and how its price came about. */
export interface Receipt {
  /** Gifts come last. */
  readonly lines: readonly OrderLine[];
  /** Each has one share for every line that is not a gift. */
  readonly applied: readonly Applied[];
  /** Promotions whose gift was out of stock. */
  readonly outOfGifts: readonly string[];
  /** The points that the order took from the balance. */
  readonly pointsUsed: number;
}

/** A receipt without promotions: the net of each line is its activity. */
export const plainReceipt = (
  lines: readonly Omit<OrderLine, 'netMinor' | 'isGift'>[],
): Receipt => ({
  lines: lines.map((line) => ({ ...line, netMinor: activityMinor(line), isGift: false })),
  applied: [],
  outOfGifts: [],
  pointsUsed: 0,
});

/** An order as its cell accepted it. */
export interface PlacedOrder extends Receipt {
  readonly id: OrderId;
  readonly sale: SaleId;
  readonly payByMs: number;
  readonly rulesVersion: number;
}

/** An order with its owner and the key under which it was placed. */
export interface OwnedOrder extends PlacedOrder {
  readonly shopper: ShopperId;
  readonly key: IdempotencyKey;
  readonly fingerprint: string;
  /** What it became when it stopped being a hold, and when; absent: it is a hold. */
  readonly mark?: { readonly mark: number; readonly atMs: number };
}

/** A promotion in an answer. Shares by line, gifts included. Money in minor units. */
export interface AppliedView {
  readonly promotion: string;
  readonly layer: string;
  readonly basis: number;
  readonly discount: number;
  readonly forfeited: number;
  readonly shares: readonly number[];
  readonly funder: string;
}

export interface LineView {
  readonly offer: string;
  readonly store: string;
  readonly quantity: number;
  readonly price: number;
  readonly activity: number;
  readonly net: number;
  readonly gift?: true;
  /** The refunded units; absent: none. */
  readonly refunded?: number;
}

/** The price in an HTTP answer, of an order or a quote. */
export interface ReceiptView {
  readonly total: number;
  readonly lines: readonly LineView[];
  readonly applied: readonly AppliedView[];
  readonly outOfGifts: readonly string[];
  readonly points: number;
}

/** An order in an HTTP answer. Money in minor units, times RFC 3339 UTC. */
export interface OrderView extends ReceiptView {
  readonly id: string;
  readonly sale: string;
  readonly state: OrderState;
  readonly settled: boolean;
  readonly payBy: string;
  readonly rulesVersion: number;
  /** The refunded cash; absent: none. */
  readonly refunded?: number;
}

/** What was refunded of an order: cash in minor units, and units by line. */
export interface Refunded {
  readonly refundedMinor: number;
  readonly lines: readonly { readonly refunded: number }[];
}

export const activityMinor = (line: Pick<OrderLine, 'priceMinor' | 'quantity'>): number =>
  line.priceMinor * line.quantity;

export function totalMinor({ lines }: Pick<Receipt, 'lines'>): number {
  return lines.reduce((sum, line) => sum + line.netMinor, 0);
}

const lineView = (line: OrderLine): LineView => ({
  offer: line.offer,
  store: line.store,
  quantity: line.quantity,
  price: line.priceMinor,
  activity: activityMinor(line),
  net: line.netMinor,
  ...(line.isGift ? { gift: true } : {}),
});

export function receiptView(receipt: Receipt): ReceiptView {
  const { lines, applied, outOfGifts, pointsUsed } = receipt;
  return {
    total: totalMinor(receipt),
    lines: lines.map(lineView),
    applied: applied.map((one) => ({
      promotion: one.promotion,
      layer: one.layer,
      basis: one.basisMinor,
      discount: one.discountMinor,
      forfeited: one.forfeitedMinor,
      shares: lines.map((_, i) => one.shares[i] ?? 0),
      funder: one.funder,
    })),
    outOfGifts,
    points: pointsUsed,
  };
}

/** Shows an order in a state. When its cell accepts it: `reserved`, not settled. */
export function orderView(order: PlacedOrder, state: OrderState, settled: boolean): OrderView {
  return {
    id: order.id,
    sale: order.sale,
    state,
    settled,
    ...receiptView(order),
    payBy: toTimestamp(order.payByMs),
    rulesVersion: order.rulesVersion,
  };
}

const ifAny = (refunded: number) => (refunded > 0 ? { refunded } : {});

/** Shows a settled order, with what was refunded of it. */
export function settledView(order: PlacedOrder & Refunded, state: OrderState): OrderView {
  const view = orderView(order, state, true);
  return {
    ...view,
    lines: view.lines.map((line, i) => ({ ...line, ...ifAny(order.lines[i]!.refunded) })),
    ...ifAny(order.refundedMinor),
  };
}
