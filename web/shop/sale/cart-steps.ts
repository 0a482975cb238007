import type { QuoteProblem, Wallet } from '../../../client/index.ts';
import type { Step } from '../buy/refusal-help.ts';
import { withQuantity, without } from '../cart/cart.ts';
import type { CartContent, Holdings } from '../cart/cart.ts';
import { foretoldRefusal } from '../refusal.ts';
import type { Refusal } from '../refusal.ts';

/** What would refuse the cart now, as far as a quote knows; null: nothing that needs words. */
export function foretold(problems: readonly QuoteProblem[]): Refusal | null {
  const problem = problems.find(({ code, unitsLeft }) => {
    // The button itself says when it opens, and that something is sold out.
    return code !== 'sale_not_open' && !(code === 'sold_out' && unitsLeft === 0);
  });
  return problem ? foretoldRefusal(problem) : null;
}

/**
 * @param wallet null: a guest, or a shopper whose wallet is not read yet
 * @returns null: a guest
 */
export function holdingsOf(wallet: Wallet | null, isShopper: boolean): Holdings | null {
  if (wallet) return { ...wallet, coupons: wallet.coupons.map(({ promotion }) => promotion) };
  return isShopper ? { points: 0, redPacket: 0, coupons: null } : null;
}

/** The cart without what the service refused. */
export function afterStep(cart: CartContent, step: Step): CartContent {
  switch (step.kind) {
    case 'units':
      return withQuantity(cart, step.offer, step.units);
    case 'remove':
      return without(cart, step.offer);
    case 'coupon': {
      const coupons = cart.coupons.filter((id) => id !== step.promotion);
      return { ...cart, isBest: false, coupons };
    }
    case 'balance':
      return step.balance === 'points'
        ? { ...cart, usesPoints: false }
        : { ...cart, usesPacket: false };
    case 'orders':
      return cart;
  }
}
