/**
 * What the ledger tells a cell: numbered from 1 per cell without a gap, each applied once.
 * Field names are those the script reads. Times are ms since 1970; 0 stands for none.
 */
export type Instruction =
  | { readonly kind: 'units'; readonly offer: string; readonly units: number }
  | ({ readonly kind: 'offer' } & OfferInstruction)
  | ({ readonly kind: 'sale' } & SaleInstruction)
  | { readonly kind: 'state'; readonly state: 'open' | 'paused' | 'closed' }
  | ({ readonly kind: 'release' } & ReleaseInstruction)
  | ({ readonly kind: 'moved' } & MovedInstruction)
  /** Units go back to the ledger: so many of each offer, or what is there if less. */
  | {
      readonly kind: 'withdraw';
      readonly units: readonly (readonly [offer: string, asked: number])[];
    }
  | ({ readonly kind: 'rules' } & RulesInstruction)
  /** A budget or quota gets more: minor units, or claims. */
  | { readonly kind: 'pot'; readonly pot: string; readonly amount: number }
  | ({ readonly kind: 'coupons' } & CouponsInstruction)
  /** A shopper's balances rise. */
  | {
      readonly kind: 'balance';
      readonly shopper: string;
      readonly points: number;
      readonly red_packet: number;
    };

/** An offer's terms for a cell. `limit` 0: none; `opens_at`, `closes_at` 0: the sale's. */
export interface OfferInstruction {
  readonly offer: string;
  readonly store: string;
  readonly lane: 'flash' | 'cart';
  readonly price: number;
  readonly limit: number;
  readonly opens_at: number;
  readonly closes_at: number;
  readonly full_price: boolean;
  readonly categories: readonly string[];
  readonly excludes: readonly string[];
}

/** All rules of a sale: they replace those before. A field's value is what the scripts unpack. */
export interface RulesInstruction {
  readonly rules_version: number;
  readonly fields: readonly (readonly [field: string, value: unknown])[];
}

/** Each of some shoppers of the cell gets so many coupons of a promotion. */
export interface CouponsInstruction {
  readonly promotion: string;
  readonly each: number;
  readonly shoppers: readonly string[];
}

/** Times and spans in ms. The release before named no holds and cooldown: then none hold. */
export interface SaleInstruction {
  readonly opens_at: number;
  readonly closes_at: number;
  readonly pay_within: number;
  readonly rules_version: number;
  readonly hold_limit?: number;
  readonly cooldown_after?: number;
  readonly cooldown?: number;
}

/** What a settled order became, as its cell's record of the shopper notes it. */
export const ORDER_MARKS = { expired: 1, cancelled: 2, paid: 3 } as const;

/** A shopper's wallet gets back what orders took of it. */
export interface WalletReturn {
  readonly shopper: string;
  /** Promotions whose coupon comes back, one each. */
  readonly coupons: readonly string[];
  readonly points: number;
  readonly red_packet: number;
}

/**
 * Settled orders of the cell moved on, and what they gave back. The orders' records stay, marked:
 * their keys go on giving the same answers.
 */
export interface MovedInstruction {
  /** One of ORDER_MARKS, of all `orders`. */
  readonly mark: number;
  readonly at: number;
  readonly orders: readonly (readonly [shopper: string, serial: string])[];
  readonly units: readonly (readonly [offer: string, units: number])[];
  readonly pots: readonly (readonly [pot: string, amount: number])[];
  readonly wallets: readonly WalletReturn[];
}

/**
 * A buried order or claim given up by an operator: all it took, its limit and its key are free
 * again. It is named by its serial, for another of the shopper may stand under the same key.
 */
export interface ReleaseInstruction {
  readonly shopper: string;
  readonly serial: string;
  readonly units: readonly (readonly [offer: string, units: number])[];
  readonly pots: readonly (readonly [pot: string, amount: number])[];
  /** Promotions whose coupon goes back to the shopper. */
  readonly coupons: readonly string[];
  readonly points: number;
  readonly red_packet: number;
}

export interface NumberedInstruction {
  readonly number: number;
  readonly body: Instruction;
}

/** Instructions applied in one script call, at most. */
export const INSTRUCTIONS_PER_CALL = 100;
/** Orders that instructions of one call may name, but for the first: a bound on the call's time. */
const ORDERS_PER_CALL = 500;

/** As many of the next instructions as go into one script call. */
export function forOneCall(next: readonly NumberedInstruction[]): NumberedInstruction[] {
  let orders = 0;
  const isOver = ({ body }: NumberedInstruction) => {
    orders += body.kind === 'moved' ? body.orders.length : 0;
    return orders > ORDERS_PER_CALL;
  };
  const end = next.findIndex((one, i) => isOver(one) && i > 0);
  return next.slice(0, end === -1 ? INSTRUCTIONS_PER_CALL : end);
}
