import type { SaleState } from '../../domain/sale.ts';
import type { KnownSale } from '../../cell/sale-directory.ts';
import { stockLevel } from '../../domain/terms/stock-level.ts';
import type { StockLevel } from '../../domain/terms/stock-level.ts';
import { snapshotsOf, unitsLeftIn } from './sale-view.ts';
import type { ReadSaleDeps } from './sale-view.ts';

export interface OfferFigures {
  readonly id: string;
  readonly store: string;
  readonly stock: StockLevel;
  /** On sale now, over all cells. */
  readonly unitsLeft: number;
}

/** A sale at an instant, as this process last polled its cells. */
export interface LiveFigures {
  readonly sale: string;
  readonly state: SaleState;
  readonly offers: readonly OfferFigures[];
  /** Of the cells' present epochs. Absent for a merchant: the sale is not the store's alone. */
  readonly orders?: { readonly placed: number; readonly settled: number };
}

/**
 * From memory: no call to Redis or Postgres.
 * @param store only this store's offers, or null for all
 */
export function liveFigures(
  deps: ReadSaleDeps,
  known: KnownSale,
  store: string | null,
): LiveFigures {
  const { sale } = known;
  const shown = sale.offers.filter((offer) => store === null || offer.store === store);
  const snapshots = snapshotsOf(deps, known);
  const sum = (name: 'placed' | 'settled') =>
    snapshots.reduce((total, snapshot) => total + snapshot[name], 0);
  return {
    sale: sale.id,
    state: sale.state,
    offers: shown.map((offer) => {
      const left = unitsLeftIn(snapshots, sale, offer);
      const stock = stockLevel(left, offer);
      return { id: offer.id, store: offer.store, stock, unitsLeft: left };
    }),
    ...(store === null ? { orders: { placed: sum('placed'), settled: sum('settled') } } : {}),
  };
}
