import type { CellWatch } from '../../cell/cells/watch-cells.ts';
import type { Directory, KnownSale } from '../../cell/sale-directory.ts';
import type { Budget, Layer } from '../../domain/promotion.ts';
import type { EarlyAccess, Offer, Sale, SaleState, SaleStore, WarnAt } from '../../domain/sale.ts';
import { stockLevel } from '../../domain/terms/stock-level.ts';
import type { StockLevel } from '../../domain/terms/stock-level.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import type { Viewer } from '../../domain/people/viewer.ts';
import type { Time } from '../../platform/time.ts';
import { promotionView } from './promotion-view.ts';
import type { PromotionView } from './promotion-view.ts';

/** Shoppers of these member tiers may order from then on. */
export interface EarlyAccessView {
  readonly members: readonly string[];
  readonly from: string;
}

export interface OfferView {
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
  readonly stock: StockLevel;
}

/** Without the amount left. */
export interface BudgetView {
  readonly id: string;
  /** Null: the platform's. */
  readonly store: string | null;
  readonly policy: string;
}

/** A sale without its lists; times RFC 3339 UTC, money in minor units. */
export interface SaleHead {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly state: SaleState;
  readonly opensAt: string;
  readonly closesAt: string;
  /** Null: from the first opening on. */
  readonly visibleFrom: string | null;
  readonly payWithinSeconds: number;
  readonly cells: number;
  readonly rulesVersion: number;
  readonly layers: readonly Layer[];
  /** The worth of a point, in minor units. */
  readonly pointsRate: number;
  /** The most unpaid orders of a shopper at once. */
  readonly holdsPerShopper: number;
  /** A shopper waits `seconds` after `after` orders expired unpaid. */
  readonly cooldown: { readonly after: number; readonly seconds: number };
  /** Whether a refund keeps back discounts that the remaining lines do not earn. */
  readonly clawback: boolean;
  readonly access: readonly EarlyAccessView[];
}

/** What a viewer may see of a sale. */
export interface SaleView extends SaleHead {
  readonly offers: readonly OfferView[];
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

/** Units left in all cells as last polled; the cap before the first opening or poll. */
export function unitsLeft(
  { watch }: ReadSaleDeps,
  { sale, cells }: KnownSale,
  offer: Offer,
): number {
  if (sale.state === 'draft') return offer.cap;
  const snapshots = cells.map((cell) => watch.snapshot(cell));
  const known = snapshots.flatMap((snapshot) => snapshot?.unitsByOffer.get(offer.id) ?? []);
  if (known.length === 0) return offer.cap;
  return known.reduce((sum, units) => sum + Math.max(0, units), 0);
}

const accessView = (access: readonly EarlyAccess[]): EarlyAccessView[] =>
  access.map(({ members, fromMs }) => ({ members, from: toTimestamp(fromMs) }));

function offerView(deps: ReadSaleDeps, known: KnownSale, offer: Offer): OfferView {
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
    stock: stockLevel(unitsLeft(deps, known, offer), offer),
  };
}

const budgetView = ({ id, store, policy }: Budget): BudgetView => ({ id, store, policy });

export function saleHead(sale: Sale): SaleHead {
  return {
    id: sale.id,
    name: sale.name,
    currency: sale.currency,
    state: sale.state,
    opensAt: toTimestamp(sale.opensAtMs),
    closesAt: toTimestamp(sale.closesAtMs),
    visibleFrom: sale.visibleFromMs === null ? null : toTimestamp(sale.visibleFromMs),
    payWithinSeconds: sale.payWithinS,
    cells: sale.cells,
    rulesVersion: sale.rulesVersion,
    layers: sale.layers,
    pointsRate: sale.pointsRate,
    holdsPerShopper: sale.holdsPerShopper,
    cooldown: { after: sale.cooldownAfter, seconds: sale.cooldownS },
    clawback: sale.hasClawback,
    access: accessView(sale.access),
  };
}

/**
 * A sale as this process remembers it: no call to Redis or Postgres.
 * @param known with the part of the sale that the viewer may see
 */
export function saleView(deps: ReadSaleDeps, known: KnownSale, viewer: Viewer): SaleView {
  const { sale } = known;
  const { stores } = sale;
  return {
    ...saleHead(sale),
    offers: sale.offers.map((offer) => offerView(deps, known, offer)),
    promotions: sale.promotions.map(promotionView),
    ...(viewer.kind === 'public' ? {} : { budgets: sale.budgets.map(budgetView), stores }),
  };
}
