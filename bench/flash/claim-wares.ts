import { benchSale } from '../over-http/put-on-sale.ts';
import { checkClaims, countClaims } from '../over-http/rush-check.ts';
import type { Wares } from '../over-http/wares.ts';
import { offerBody } from '../../proof/builders/sale-files.ts';

const PROMOTION = 'bench-coupon';
/** The most claims that a sale allows one shopper. */
const LIMIT = 64;

/** One coupon for shoppers to claim; `amount` is its quota. */
export const claimWares: Wares = {
  route: 'claims',
  path: `/promotions/${PROMOTION}/claims`,
  requests: [{ id: PROMOTION, body: '{}', weight: 1, limitPerShopper: null }],
  success: 'placed',
  sale: (id, quota) => ({
    sale: benchSale(id),
    offers: [{ id: 'offer', ...offerBody({ store: 'bench-store', price: 9_900, cap: 1 }) }],
    promotions: [
      {
        id: PROMOTION,
        layer: 'store_coupon',
        coupon: true,
        effect: { kind: 'fixed', off: 1_500, from: 5_000 },
        funder: 'platform',
        claims: { quota, limitPerShopper: LIMIT },
      },
    ],
  }),
  count: countClaims,
  check: (pool, { sale, journals, amount }) =>
    checkClaims(pool, { sale, journals, caps: new Map([[PROMOTION, amount]]) }),
};
