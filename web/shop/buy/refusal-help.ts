import type { Refusal } from '../refusal.ts';
import type { BuyWords } from './words.ts';

/** What the shopper can do about a refusal, beside waiting. */
export type Step =
  | { readonly kind: 'units'; readonly offer: string; readonly units: number }
  | { readonly kind: 'remove'; readonly offer: string }
  | { readonly kind: 'coupon'; readonly promotion: string }
  | { readonly kind: 'balance'; readonly balance: string }
  | { readonly kind: 'orders' };

function limitStep({ offer, limit, taken, of }: Refusal): Step | null {
  if (of !== null || offer === null) return { kind: 'orders' };
  const units = (limit ?? 0) - (taken ?? 0);
  return units > 0 ? { kind: 'units', offer, units } : { kind: 'remove', offer };
}

/** The next step that the page offers as a button; null: there is none but the main one. */
export function stepOf(refusal: Refusal): Step | null {
  const { code, offer, unitsLeft, promotion, balance } = refusal;
  switch (code) {
    case 'sold_out':
      if (offer === null || unitsLeft === null || unitsLeft === 0) return null;
      return { kind: 'units', offer, units: unitsLeft };
    case 'limit_reached':
      return limitStep(refusal);
    case 'unknown_offer':
    case 'sale_over':
      return offer === null ? null : { kind: 'remove', offer };
    case 'coupon_unavailable':
      return promotion === null ? null : { kind: 'coupon', promotion };
    case 'balance_short':
      return balance === null ? null : { kind: 'balance', balance };
    default:
      return null;
  }
}

/** What the step's button says. */
export function stepText(step: Step, { next }: BuyWords, isLast: boolean): string {
  switch (step.kind) {
    case 'units':
      return isLast ? next.take(step.units) : next.limit(step.units);
    case 'remove':
      return next.remove;
    case 'coupon':
      return next.dropCoupon;
    case 'balance':
      return next.dropBalance;
    case 'orders':
      return next.orders;
  }
}

/** What happened, as the service says it, and what the shopper can do. */
export function refusalText(
  { code, message, offer, unitsLeft }: Refusal,
  words: BuyWords,
  titleOf: (offer: string) => string,
): string {
  const known: Readonly<Record<string, string>> = words.more;
  const isPartly = code === 'sold_out' && unitsLeft !== null && unitsLeft > 0;
  const more = isPartly ? '' : (known[code] ?? words.more.fault);
  const what = message === null ? more : `${message} ${more}`;
  return offer === null ? what.trim() : `${titleOf(offer)}: ${what.trim()}`;
}
