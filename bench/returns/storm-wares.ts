import { countOrders } from '../../proof/checker/ledger-facts.ts';
import { benchOffer, hallSale } from '../rig/put-on-sale.ts';
import { hotWares } from '../rig/hot-wares.ts';
import { checkOffer } from '../rig/rush-check.ts';
import { PLENTY } from '../rig/wares.ts';
import type { Wares } from '../rig/wares.ts';

/** What lies in unpaid orders, and what is bought meanwhile. */
export const HELD = 'held';
const HOT = hotWares.requests[0]!.id;

/** Two offers; `amount` is of the one that expires. */
export const stormWares: Wares = {
  ...hotWares,
  sale: (id, held) => ({
    sale: hallSale(id),
    offers: [benchOffer(HELD, held), benchOffer(HOT, PLENTY)],
  }),
  count: countOrders,
  check: (pool, { sale, journals }) =>
    checkOffer(pool, { sale, journals, caps: new Map([[HOT, PLENTY]]) }, HOT),
};
