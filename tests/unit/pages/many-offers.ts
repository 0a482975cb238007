import type { KnownSale } from '../../../src/cell/sale-directory.ts';
import type { SaleId } from '../../../src/domain/ids.ts';
import { rulesOf } from '../../../src/domain/pricing/rules-of-sale.ts';
import type { Sale } from '../../../src/domain/sale.ts';
import { saleHead } from '../../../src/domain/terms/sale-head.ts';
import type { HttpDeps } from '../../../src/http/deps.ts';
import { systemTime } from '../../../src/platform/time.ts';
import { pageBehind, saleView } from '../../../src/service/terms/sale-view.ts';
import type { OfferRange, ReadSaleDeps } from '../../../src/service/terms/sale-view.ts';
import { offer } from '../../../proof/builders/offers.ts';
import { saleTerms } from '../../../proof/builders/sale-terms.ts';

function saleOf(count: number): KnownSale {
  const offers = Array.from({ length: count }, (_, i) =>
    offer(`offer-${String(i).padStart(5, '0')}`, { title: `A thing for the kitchen, number ${i}` }),
  );
  const lists = { stores: [], offers, budgets: [], promotions: [] };
  const terms = { ...saleTerms(), id: 'friday' as SaleId, state: 'open', rulesVersion: 1 } as const;
  const sale = { ...terms, ...lists } as unknown as Sale;
  const byId = new Map(offers.map((one) => [one.id, one]));
  return { sale, head: saleHead(sale), offers: byId, rules: rulesOf(sale), cells: [] };
}

/** What shows a sale of this many offers, from memory. */
export function manyOffers(
  count: number,
): Pick<HttpDeps['terms'], 'saleViewById' | 'offersPageById'> {
  const known = saleOf(count);
  // A sale without cells asks neither.
  const deps = { directory: null, watch: null, time: systemTime } as unknown as ReadSaleDeps;
  return {
    saleViewById: (_id, viewer, range) => saleView(deps, known, viewer, range as OfferRange),
    offersPageById: (_id, _viewer, after, limit) => pageBehind(known.sale, after, limit),
  };
}
