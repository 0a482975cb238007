import { checkRush, countOrders } from '../../proof/checker/ledger-facts.ts';
import { saleTerms } from './hall-sales.ts';
import type { Wares } from './wares.ts';

const OFFER = 'hot';
const TERMS = { store: 'bench-store', title: 'Bench offer', price: 990, lane: 'flash' } as const;

/** One offer of the flash lane without a limit, a unit an order. */
export const hotWares: Wares = {
  route: 'orders',
  path: '/orders',
  requests: [{ id: OFFER, weight: 1, limitPerShopper: null }],
  success: 'placed',
  sale: (id, cap) => ({ sale: saleTerms(id), offers: [{ id: OFFER, cap, ...TERMS }] }),
  count: countOrders,
  check: (pool, { sale, journals }) => checkRush(pool, { sale, journals, isQuiet: true }),
};
