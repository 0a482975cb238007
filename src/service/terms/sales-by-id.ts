import type { SaleId } from '../../domain/ids.ts';
import type { Sale } from '../../domain/sale.ts';
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

/** The one thing of a sale that is shown, by its id. */
export type OneOfSale =
  { readonly offer: string } | { readonly promotion: string } | { readonly budget: string };

/** The sale with nothing in it but this one thing. */
function onlyOne(sale: Sale, one: OneOfSale): Sale {
  const none = { ...sale, offers: [], promotions: [], budgets: [] };
  if ('offer' in one) return { ...none, offers: sale.offers.filter(({ id }) => id === one.offer) };
  if ('budget' in one) {
    return { ...none, budgets: sale.budgets.filter(({ id }) => id === one.budget) };
  }
  return { ...none, promotions: sale.promotions.filter(({ id }) => id === one.promotion) };
}

/**
 * @param shown some of the offers, or one thing alone; without it, all that is in the sale
 * @returns null when the viewer sees no such sale
 */
export function saleViewById(
  deps: ReadSaleDeps,
  id: SaleId,
  viewer: Viewer,
  shown?: OfferRange | OneOfSale,
): SaleView | null {
  const known = deps.directory.sale(id);
  if (!known) return null;
  const [range, one] = shown && 'limit' in shown ? [shown] : [undefined, shown];
  const sale = seenBy(one ? onlyOne(known.sale, one) : known.sale, viewer, deps.time.now());
  return sale && saleView(deps, { ...known, sale }, viewer, range);
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
