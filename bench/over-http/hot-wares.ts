import { checkRush, countOrders } from '../../proof/checker/ledger-facts.ts';
import { benchOffer, benchSale } from './put-on-sale.ts';
import type { Wares } from './wares.ts';

const OFFER = 'hot';

/** One offer of the flash lane without a limit, bought one unit at a time. */
export const hotWares: Wares = {
  route: 'orders',
  path: '/orders',
  requests: [{ id: OFFER, weight: 1, limitPerShopper: null }],
  success: 'placed',
  sale: (id, cap) => ({ sale: benchSale(id), offers: [benchOffer(OFFER, cap)] }),
  count: countOrders,
  check: (pool, { sale, journals }) => checkRush(pool, { sale, journals, isQuiet: true }),
};
