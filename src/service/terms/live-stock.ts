import type { KnownSale } from '../../cell/sale-directory.ts';
import type { SaleState } from '../../domain/sale.ts';
import { stockLevel } from '../../domain/terms/stock-level.ts';
import type { StockLevel } from '../../domain/terms/stock-level.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import { snapshotsOf, unitsLeftIn } from './sale-view.ts';
import type { ReadSaleDeps } from './sale-view.ts';

/** What a shopper's page must know of a sale at any moment, as this process last polled it. */
export interface LiveStock {
  readonly sale: string;
  readonly state: SaleState;
  readonly opensAt: string;
  readonly closesAt: string;
  /** Offer → how much is left, in a word. */
  readonly offers: ReadonlyMap<string, StockLevel>;
}

/**
 * From memory: no call to Redis or Postgres.
 * @param known with the part of the sale that the viewer may see
 */
export function liveStock(deps: ReadSaleDeps, known: KnownSale): LiveStock {
  const { id, state, opensAtMs, closesAtMs, offers } = known.sale;
  const snapshots = snapshotsOf(deps, known);
  const words = offers.map((offer) => {
    const left = unitsLeftIn(snapshots, known.sale, offer);
    return [offer.id as string, stockLevel(left, offer)] as const;
  });
  const times = { opensAt: toTimestamp(opensAtMs), closesAt: toTimestamp(closesAtMs) };
  return { sale: id, state, ...times, offers: new Map(words) };
}
