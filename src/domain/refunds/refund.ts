import type { IdempotencyKey, OrderId, StoreId } from '../ids.ts';

/** Units of a line to refund; `line` is its index in the order. */
export interface RefundLine {
  readonly line: number;
  readonly quantity: number;
}

export interface RefundRequest {
  readonly order: OrderId;
  readonly key: IdempotencyKey;
  /** 1 to 50, no line twice. */
  readonly lines: readonly RefundLine[];
  /** Whether the units go on sale again. */
  readonly restock: boolean;
  /** A merchant's own store, or null for an operator. */
  readonly store: StoreId | null;
}

/** What HTTP answers for a refund; money in minor units. */
export interface RefundView {
  readonly id: string;
  readonly order: string;
  /** The order's state after it. */
  readonly state: 'partly_refunded' | 'refunded';
  /** Through the payment provider. */
  readonly cash: number;
  /** Back to the balances. */
  readonly redPacket: number;
  readonly points: number;
  /** Promotions whose coupon came back. */
  readonly coupons: readonly string[];
  readonly lines: readonly {
    readonly line: number;
    readonly quantity: number;
    readonly cash: number;
    readonly redPacket: number;
  }[];
  readonly restocked: boolean;
}

/** Who asks: each has keys of its own. */
export const refunderOf = ({ store }: Pick<RefundRequest, 'store'>): string =>
  store === null ? 'operator' : `merchant:${store}`;

/** The same for the same lines in whatever order. */
export function fingerprintOf({ lines, restock }: RefundRequest): string {
  const byLine = lines.toSorted((one, other) => one.line - other.line);
  return JSON.stringify([restock, byLine.map(({ line, quantity }) => [line, quantity])]);
}
