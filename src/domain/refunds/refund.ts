import type { IdempotencyKey, OrderId } from '../ids.ts';
import type { Actor } from '../people/actor.ts';

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
  /** The merchant or operator who asks. */
  readonly actor: Actor;
}

/** A refund in an HTTP answer. Money in minor units. */
export interface RefundView {
  readonly id: string;
  readonly order: string;
  /** The order's state after the refund. */
  readonly state: 'partly_refunded' | 'refunded';
  /** It goes back through the payment provider. */
  readonly cash: number;
  /** Red packet and points go back to the balances. */
  readonly redPacket: number;
  readonly points: number;
  /** The promotions of the coupons that came back. */
  readonly coupons: readonly string[];
  readonly lines: readonly {
    readonly line: number;
    readonly quantity: number;
    readonly cash: number;
    readonly redPacket: number;
  }[];
  readonly restocked: boolean;
}

/** What a refund would give back, in an HTTP answer. Money in minor units. */
export interface RefundPreview extends Omit<RefundView, 'id' | 'restocked'> {
  /**
   * The cash by the frozen shares of the refunded units, less `cash`. 0 without clawback; below 0
   * where the kept lines cost less than their frozen shares.
   */
  readonly clawedBack: number;
}

/** Names the one who asks. Each has keys of its own. */
export const refunderOf = ({ actor: { store } }: Pick<RefundRequest, 'actor'>): string =>
  store === null ? 'operator' : `merchant:${store}`;

/** Equal for equal requests; the order of the lines does not matter. */
export function fingerprintOf({ lines, restock }: RefundRequest): string {
  const byLine = lines.toSorted((one, other) => one.line - other.line);
  return JSON.stringify([restock, byLine.map(({ line, quantity }) => [line, quantity])]);
}
