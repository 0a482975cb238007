import type { EntryClaim } from '../outbox-entry.ts';
import type { Receipt } from '../order.ts';
import { RED_PACKET, budgetPot, quotaPot } from '../promotion.ts';

type Priced = Pick<Receipt, 'applied'>;
type Claimed = Pick<EntryClaim, 'promotion' | 'amountMinor' | 'budget'>;

function add(sums: Map<string, number>, name: string, amount: number): void {
  sums.set(name, (sums.get(name) ?? 0) + amount);
}

/** Sums what orders and claims took from pots: minor units of budgets, claims of quotas. */
export function takenFromPots(
  orders: Iterable<Priced>,
  claims: Iterable<Claimed>,
): Map<string, number> {
  const pots = new Map<string, number>();
  for (const { applied } of orders) {
    for (const { budget, discountMinor } of applied) {
      if (budget !== null) add(pots, budgetPot(budget), discountMinor);
    }
  }
  for (const { promotion, amountMinor, budget } of claims) {
    add(pots, quotaPot(promotion), 1);
    if (budget !== null) add(pots, budgetPot(budget), amountMinor);
  }
  return pots;
}

/** The promotions of the coupons that an order used. */
export const couponsUsed = ({ applied }: Priced): string[] =>
  applied.filter(({ isCoupon }) => isCoupon).map(({ promotion }) => promotion);

/** What an order took from its shopper's red packet, in minor units. */
export const redPacketUsed = ({ applied }: Priced): number =>
  applied.reduce((sum, { promotion, discountMinor }) => {
    return promotion === RED_PACKET ? sum + discountMinor : sum;
  }, 0);

/** Whether a claim gives a coupon; else it fills a red packet. */
export const isCouponClaim = ({ amountMinor }: Pick<EntryClaim, 'amountMinor'>): boolean =>
  amountMinor === 0;
