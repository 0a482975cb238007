import type { Promotion, Wallet } from '../../../client/index.ts';
import type { Grab } from './claims.ts';

/** @param wallet null: a guest, who holds nothing */
export const heldOf = (wallet: Wallet | null, promotion: string): number =>
  wallet?.coupons.find((coupon) => coupon.promotion === promotion)?.held ?? 0;

/**
 * Whether a shopper has as many of a promotion as one can have. A red packet went into the balance:
 * only the grab of this visit tells of it.
 */
export function isAllHeld(promotion: Promotion, held: number, grab: Grab | undefined): boolean {
  const limit = promotion.claims?.limitPerShopper ?? 1;
  return limit <= Math.max(held, grab?.state === 'grabbed' ? 1 : 0);
}

const REFUSED: readonly string[] = ['sold_out', 'limit_reached'];

/** The promotions that this shopper can still grab, as far as the page knows. */
export function toGrab(
  promotions: readonly Promotion[],
  wallet: Wallet | null,
  grabs: Readonly<Record<string, Grab>>,
): Promotion[] {
  return promotions.filter((promotion) => {
    const grab = grabs[promotion.id];
    const isRefused = grab?.state === 'failed' && REFUSED.includes(grab.refusal.code);
    if (!promotion.claims || isRefused) return false;
    return !isAllHeld(promotion, heldOf(wallet, promotion.id), grab);
  });
}
