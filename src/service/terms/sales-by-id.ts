import type { SaleId } from '../../domain/ids.ts';
import { isMember, maySee, seenBy } from '../../domain/people/viewer.ts';
import type { Viewer } from '../../domain/people/viewer.ts';
import { liveFigures } from './live-figures.ts';
import type { LiveFigures } from './live-figures.ts';
import { liveStock } from './live-stock.ts';
import type { LiveStock } from './live-stock.ts';
import type { SaleHead } from '../../domain/terms/sale-head.ts';
import { pageBehind, saleView } from './sale-view.ts';
import type { OfferRange, ReadSaleDeps, SaleView } from './sale-view.ts';

/** All of it comes from this process's memory: no call to Redis or Postgres. */
export const saleIds = ({ directory, time }: ReadSaleDeps, viewer: Viewer): SaleId[] => {
  const now = time.now();
  const seen = directory.sales().filter(({ sale }) => maySee(sale, viewer, now));
  return seen.map(({ sale }) => sale.id);
};

/** @returns null when the viewer sees no such sale */
export function saleHeadById(
  { directory, time }: ReadSaleDeps,
  id: SaleId,
  viewer: Viewer,
): SaleHead | null {
  const known = directory.sale(id);
  return known && maySee(known.sale, viewer, time.now()) ? known.head : null;
}

/**
 * @param range without it, all offers
 * @returns null when the viewer sees no such sale
 */
export function saleViewById(
  deps: ReadSaleDeps,
  id: SaleId,
  viewer: Viewer,
  range?: OfferRange,
): SaleView | null {
  const known = deps.directory.sale(id);
  const sale = known && seenBy(known.sale, viewer, deps.time.now());
  return sale ? saleView(deps, { ...known, sale }, viewer, range) : null;
}

/**
 * Where the page of offers begins that shows the one behind this offer.
 * @param limit offers a page
 * @returns null when the viewer sees no such sale or offer
 */
export function offersPageById(
  { directory, time }: ReadSaleDeps,
  id: SaleId,
  viewer: Viewer,
  after: string,
  limit: number,
): number | null {
  const known = directory.sale(id);
  const sale = known && seenBy(known.sale, viewer, time.now());
  return sale ? pageBehind(sale, after, limit) : null;
}

/** @returns null when the viewer sees no such sale */
export function liveStockById(deps: ReadSaleDeps, id: SaleId, viewer: Viewer): LiveStock | null {
  const known = deps.directory.sale(id);
  const sale = known && seenBy(known.sale, viewer, deps.time.now());
  return sale ? liveStock(deps, { ...known, sale }) : null;
}

/**
 * @param store only this store's offers, or null for all
 * @returns null when there is no such sale, or the store is not a member of it
 */
export function liveFiguresById(
  deps: ReadSaleDeps,
  id: SaleId,
  store: string | null,
): LiveFigures | null {
  const known = deps.directory.sale(id);
  const isTheirs = known && (store === null || isMember(known.sale, store));
  return isTheirs ? liveFigures(deps, known, store) : null;
}
