import type { Layer } from '../promotion.ts';
import type { EarlyAccess, Sale, SaleState } from '../sale.ts';
import { toTimestamp } from '../timestamps.ts';

/** Shoppers of these member tiers may order from then on. */
export interface EarlyAccessView {
  readonly members: readonly string[];
  readonly from: string;
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

export const accessView = (access: readonly EarlyAccess[]): EarlyAccessView[] =>
  access.map(({ members, fromMs }) => ({ members, from: toTimestamp(fromMs) }));

export function saleHead(
  sale: Omit<Sale, 'stores' | 'offers' | 'budgets' | 'promotions'>,
): SaleHead {
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
