import type { EntryClaim, EntryOrder } from '../../src/domain/outbox-entry.ts';
import type { IdempotencyKey } from '../../src/domain/ids.ts';
import { readReceipt } from '../../src/domain/receipt.ts';
import type { PackedApplied } from '../../src/domain/receipt.ts';
import { newSerial, shopperId } from './ids.ts';

interface CartParts {
  readonly shopper: string;
  readonly key?: string;
  /** offer, store, quantity, price … */
  readonly lines?: (string | number)[];
  /** offer, store, quantity … */
  readonly gifts?: (string | number)[];
  readonly applied?: PackedApplied[];
  readonly outOfGifts?: string[];
  readonly points?: number;
}

/** An order as its script writes it: one unit of `a` at 10.00, unless told otherwise. */
export function cart({ shopper, key, lines, gifts, applied, ...rest }: CartParts): EntryOrder {
  const { outOfGifts = [], points = 0 } = rest;
  const packed = [lines ?? ['a', 's1', 1, 1_000], gifts ?? [], applied ?? [], outOfGifts, points];
  const serial = newSerial();
  return {
    serial,
    shopper: shopperId(shopper),
    key: (key ?? serial) as IdempotencyKey,
    fingerprint: 'f',
    ...readReceipt(packed)!,
  };
}

/** A promotion's discount with its shares by line, on a basis of 50.00 and with 7 forfeited. */
export const took = (
  promotion: string,
  shares: number[],
  more: { layer?: string; budget?: string; isCoupon?: boolean; funder?: 'store' } = {},
): PackedApplied => {
  const { layer = 'cross_store', budget: from = '', isCoupon = false, funder } = more;
  const discount = shares.reduce((sum, share) => sum + share, 0);
  const figures = [5_000, discount, 7] as const;
  return [promotion, layer, ...figures, funder ?? 'platform', from, isCoupon, shares];
};

/** A claim as its script writes it: coupon `p` for shopper `u`, unless told otherwise. */
export function claim(
  parts: Partial<Omit<EntryClaim, 'key' | 'shopper'>> & { key?: string; shopper?: string },
): EntryClaim {
  const serial = newSerial();
  const { key = serial, shopper = 'u', promotion: of = 'p', amountMinor = 0, ...rest } = parts;
  const owner = { shopper: shopperId(shopper), key: key as IdempotencyKey };
  return { serial, budget: null, ...rest, ...owner, promotion: of, amountMinor };
}
