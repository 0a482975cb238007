import { countOrders } from '../../proof/checker/ledger-facts.ts';
import { benchOffer, benchSale } from '../over-http/put-on-sale.ts';
import { hotWares } from '../over-http/hot-wares.ts';
import { checkOffer } from '../over-http/rush-check.ts';
import { PLENTY } from '../over-http/wares.ts';
import type { Wares } from '../over-http/wares.ts';

/** The units of this offer are in unpaid orders. Meanwhile shoppers buy the other, `HOT`. */
export const HELD = 'held';
const HOT = hotWares.requests[0]!.id;

/** Two offers; `held` units of the one whose orders expire. */
export const expiryStormWares: Wares = {
  ...hotWares,
  sale: (id, held) => ({
    sale: benchSale(id),
    offers: [benchOffer(HELD, held), benchOffer(HOT, PLENTY)],
  }),
  count: countOrders,
  check: (pool, { sale, journals }) =>
    checkOffer(pool, { sale, journals, caps: new Map([[HOT, PLENTY]]) }, HOT),
};
