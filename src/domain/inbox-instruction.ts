/**
 * What the ledger tells a cell. A cell's instructions are numbered from 1 without a gap, and the
 * cell applies each once. The script reads these field names. Times are in ms since 1970; 0: none.
 */
export type Instruction =
  | { readonly kind: 'units'; readonly offer: string; readonly units: number }
  | ({ readonly kind: 'offer' } & OfferInstruction)
  | ({ readonly kind: 'sale' } & SaleInstruction)
  | { readonly kind: 'state'; readonly state: 'open' | 'paused' | 'closed' }
  | ({ readonly kind: 'release' } & ReleaseInstruction)
  | ({ readonly kind: 'moved' } & MovedInstruction)
  /** Units go back to the ledger: `asked` of each offer, or what the cell has if that is less. */
  | {
      readonly kind: 'withdraw';
      readonly units: readonly (readonly [offer: string, asked: number])[];
    }
  | ({ readonly kind: 'rules' } & RulesInstruction)
  /** A budget or quota rises, by minor units or claims. */
  | { readonly kind: 'pot'; readonly pot: string; readonly amount: number }
  | ({ readonly kind: 'coupons' } & CouponsInstruction)
  /** A shopper's balances rise. */
  | {
      readonly kind: 'balance';
      readonly shopper: string;
      readonly points: number;
      readonly red_packet: number;
    };

const KINDS: Readonly<Record<Instruction['kind'], true>> = {
  units: true,
  offer: true,
  sale: true,
  state: true,
  release: true,
  moved: true,
  withdraw: true,
  rules: true,
  pot: true,
  coupons: true,
  balance: true,
};

/** False for a kind that only a later release knows. */
export const isKnownKind = (kind: string): boolean => kind in KINDS;

/**
 * An offer's terms for a cell. `limit` 0: none; `opens_at`, `closes_at` 0: the sale's. The previous
 * release sends neither `paused` nor `access`: both stay as they are.
 */
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
  readonly paused?: boolean;
  /** The text of lua/lib/sale_window.lua. */
  readonly access?: string;
}

/** All rules of a sale. They replace the cell's old rules. Scripts unpack a field's value. */
export interface RulesInstruction {
  readonly rules_version: number;
  readonly fields: readonly (readonly [field: string, value: unknown])[];
}

/** Each of some shoppers of the cell gets `each` coupons of a promotion. */
export interface CouponsInstruction {
  readonly promotion: string;
  readonly each: number;
  readonly shoppers: readonly string[];
}

/** Times and spans in ms. Older releases omit the optional ones: those stay as they are. */
export interface SaleInstruction {
  readonly opens_at: number;
  readonly closes_at: number;
  readonly pay_within: number;
  readonly rules_version: number;
  readonly hold_limit?: number;
  readonly cooldown_after?: number;
  readonly cooldown?: number;
  /** The text of lua/lib/sale_window.lua. */
  readonly access?: string;
}

/** The mark of a settled order in its cell's record of the shopper. */
export const ORDER_MARKS = { expired: 1, cancelled: 2, paid: 3 } as const;

/** What a shopper's wallet gets back. */
export interface WalletReturn {
  readonly shopper: string;
  /** The promotions of the coupons that come back. */
  readonly coupons: readonly string[];
  readonly points: number;
  readonly red_packet: number;
}

/**
 * Settled orders of the cell moved on and gave something back. The cell keeps the orders' records,
 * with a mark, so that their keys give the same answers again.
 */
export interface MovedInstruction {
  /** One of ORDER_MARKS, for all `orders`. */
  readonly mark: number;
  readonly at: number;
  readonly orders: readonly (readonly [shopper: string, serial: string])[];
  readonly units: readonly (readonly [offer: string, units: number])[];
  readonly pots: readonly (readonly [pot: string, amount: number])[];
  readonly wallets: readonly WalletReturn[];
}

/**
 * An operator gave up a buried order or claim: everything it took, its limit and its key are free
 * again. The serial names it, because another order of the shopper may have the same key.
 */
export interface ReleaseInstruction {
  readonly shopper: string;
  readonly serial: string;
  readonly units: readonly (readonly [offer: string, units: number])[];
  readonly pots: readonly (readonly [pot: string, amount: number])[];
  /** The promotions of the coupons that go back to the shopper. */
  readonly coupons: readonly string[];
  readonly points: number;
  readonly red_packet: number;
}

export interface NumberedInstruction {
  readonly number: number;
  readonly body: Instruction;
}

/** The most instructions that one script call applies. */
export const INSTRUCTIONS_PER_CALL = 100;
/** The most orders in one call's instructions, unless one alone has more. It bounds the time. */
const ORDERS_PER_CALL = 500;

/** The next instructions that go into one script call. */
export function forOneCall(next: readonly NumberedInstruction[]): NumberedInstruction[] {
  let orders = 0;
  const isOver = ({ body }: NumberedInstruction) => {
    orders += body.kind === 'moved' ? body.orders.length : 0;
    return orders > ORDERS_PER_CALL;
  };
  const end = next.findIndex((one, i) => isOver(one) && i > 0);
  return next.slice(0, end === -1 ? INSTRUCTIONS_PER_CALL : end);
}
