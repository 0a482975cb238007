import type { CellSnapshot } from '../../cell/cells/snapshot.ts';
import type { CellWatch } from '../../cell/cells/watch-cells.ts';
import type { Directory, KnownSale } from '../../cell/sale-directory.ts';
import type { Budget } from '../../domain/promotion.ts';
import type { Offer, Sale, SaleStore, WarnAt } from '../../domain/sale.ts';
import { accessView } from '../../domain/terms/sale-head.ts';
import type { EarlyAccessView, SaleHead } from '../../domain/terms/sale-head.ts';
import { stockLevel } from '../../domain/terms/stock-level.ts';
import type { StockLevel } from '../../domain/terms/stock-level.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import type { Viewer } from '../../domain/people/viewer.ts';
import type { Time } from '../../platform/time.ts';
import { promotionView } from './promotion-view.ts';
import type { PromotionView } from './promotion-view.ts';

export interface OfferTermsView {
  readonly id: string;
  readonly store: string;
  readonly title: string;
  readonly price: number;
  readonly listPrice: number;
  readonly limitPerShopper: number | null;
  readonly lane: string;
  readonly categories: readonly string[];
  readonly excludes: readonly string[];
  readonly opensAt: string | null;
  readonly closesAt: string | null;
  /** In place of the sale's, unless empty. */
  readonly access: readonly EarlyAccessView[];
  readonly paused: boolean;
  /** Null: 10 % of the cap. */
  readonly warnAt: WarnAt | null;
  /** The address of a picture; null: none. */
  readonly image: string | null;
}

export interface OfferView extends Omit<OfferTermsView, 'warnAt'> {
  /** Only the offer's store and operators see it. */
  readonly warnAt?: WarnAt | null;
  readonly stock: StockLevel;
}

/** Without the amount left. */
export interface BudgetView {
  readonly id: string;
  /** Null: the platform's. */
  readonly store: string | null;
  readonly policy: string;
}

/** What a viewer may see of a sale. */
export interface SaleView extends SaleHead {
  readonly offers: readonly OfferView[];
  /** Behind the last offer shown, by id. */
  readonly hasMoreOffers?: boolean;
  readonly promotions: readonly PromotionView[];
  /** A merchant sees those of the store, an operator all, and nobody else any. */
  readonly budgets?: readonly BudgetView[];
  readonly stores?: readonly SaleStore[];
}

export interface ReadSaleDeps {
  readonly directory: Directory;
  readonly watch: CellWatch;
  readonly time: Pick<Time, 'now'>;
}

/** The cells of a sale as last polled. One that was never polled is left out. */
export const snapshotsOf = (
  { watch }: Pick<ReadSaleDeps, 'watch'>,
  { cells }: KnownSale,
): CellSnapshot[] => cells.flatMap((cell) => watch.snapshot(cell) ?? []);

/** Units left in all cells as last polled; the cap before the first opening or poll. */
export function unitsLeftIn(
  snapshots: readonly CellSnapshot[],
  { state }: Pick<Sale, 'state'>,
  { id, cap }: Pick<Offer, 'id' | 'cap'>,
): number {
  if (state === 'draft') return cap;
  let left: number | null = null;
  for (const { unitsByOffer } of snapshots) {
    const units = unitsByOffer.get(id);
    if (units !== undefined) left = (left ?? 0) + Math.max(0, units);
  }
  return left ?? cap;
}

/** Without the cap, which only its seller sees. */
export function offerTerms(offer: Offer): OfferTermsView {
  return {
    id: offer.id,
    store: offer.store,
    title: offer.title,
    price: offer.priceMinor,
    listPrice: offer.listPriceMinor,
    limitPerShopper: offer.limitPerShopper,
    lane: offer.lane,
    categories: offer.categories,
    excludes: offer.excludes,
    opensAt: offer.opensAtMs === null ? null : toTimestamp(offer.opensAtMs),
    closesAt: offer.closesAtMs === null ? null : toTimestamp(offer.closesAtMs),
    access: accessView(offer.access),
    paused: offer.isPaused,
    warnAt: offer.warnAt,
    image: offer.image,
  };
}

const isSeller = (viewer: Viewer, { store }: Offer): boolean =>
  viewer.kind === 'operator' || (viewer.kind === 'store' && viewer.store === store);

function offerView(offer: Offer, left: number, viewer: Viewer): OfferView {
  const { warnAt, ...terms } = offerTerms(offer);
  const stock = stockLevel(left, offer);
  return isSeller(viewer, offer) ? { ...terms, warnAt, stock } : { ...terms, stock };
}

const budgetView = ({ id, store, policy }: Budget): BudgetView => ({ id, store, policy });

/** The offers to show: by id, `limit` of them from this place on. */
export interface OfferRange {
  readonly from: number;
  readonly limit: number;
}

/**
 * Where the page begins that shows the offer behind this one. Pages begin at multiples of `limit`,
 * so readers who name other offers make no more of them.
 * @returns null when the sale has no such offer
 */
export function pageBehind({ offers }: Sale, after: string, limit: number): number | null {
  const at = offers.findIndex(({ id }) => id === after);
  return at < 0 ? null : Math.floor((at + 1) / limit) * limit;
}

/**
 * A sale as this process remembers it: no call to Redis or Postgres.
 * @param known with the part of the sale that the viewer may see
 * @param range without it, all offers
 */
export function saleView(
  deps: ReadSaleDeps,
  known: KnownSale,
  viewer: Viewer,
  range?: OfferRange,
): SaleView {
  const { sale } = known;
  const { stores } = sale;
  const shown = range ? sale.offers.slice(range.from, range.from + range.limit) : sale.offers;
  const last = shown.at(-1);
  const snapshots = snapshotsOf(deps, known);
  return {
    ...known.head,
    offers: shown.map((offer) => offerView(offer, unitsLeftIn(snapshots, sale, offer), viewer)),
    ...(range ? { hasMoreOffers: last !== undefined && last !== sale.offers.at(-1) } : {}),
    promotions: sale.promotions.map(promotionView),
    ...(viewer.kind === 'public' ? {} : { budgets: sale.budgets.map(budgetView), stores }),
  };
}
