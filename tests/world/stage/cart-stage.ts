import { cartLines } from '../../../proof/builders/carts.ts';
import { walletOf } from '../../../proof/builders/cell-contents.ts';
import type { CellOptions } from '../../../proof/builders/cell-contents.ts';
import { onSale } from '../../../proof/builders/offers.ts';
import { plainRules, promotion } from '../../../proof/builders/promotions.ts';

export const cheap = onSale('a', { lane: 'cart', price: 1_000, units: 10 });
export const dear = onSale('b', { lane: 'cart', price: 2_500, store: 'store-2', units: 10 });
export const flash = onSale('f', { units: 10 });

/** Two stores, a promotion and a coupon of one budget, and a shopper with a full wallet. */
export const cartStage: CellOptions = {
  offers: [cheap, dear, flash],
  rules: {
    ...plainRules,
    promotions: [
      promotion('auto', { layer: 'store', stores: ['store-1'] as never, budget: 'purse' }),
      promotion('coupon', {
        layer: 'cross_store',
        isCoupon: true,
        effect: { kind: 'fixed', off: 500, from: 3_000 },
        budget: 'purse',
      }),
    ],
  },
  potsLeft: new Map([['budget:purse', 5_000]]),
  wallets: [walletOf('u1', { points: 50, redPacketMinor: 300, coupons: [['coupon', 2]] })],
};

/** A cart of that shopper which uses everything in the wallet. */
export const rich = {
  lines: cartLines(['a', 2], ['b', 1]),
  coupons: ['coupon'],
  redPacket: 'max',
  points: 50,
} as const;
export const RICH_TOTAL = 2_000 - 100 + 2_500 - 500 - 300 - 50;
