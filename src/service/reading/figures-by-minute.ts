import type { Pool } from 'pg';
import type { OfferId, StoreId } from '../../domain/ids.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import type { MinuteSum, OfferMinute, Stretch } from '../../ledger/reading/sum-by-minute.ts';
import { findSale } from '../../ledger/sale-row.ts';
import { mayRead } from '../../ledger/sale-stores.ts';

/** Which order lines to sum. */
export interface MinutesOf extends Stretch {
  /** Null: of all stores. */
  readonly store: StoreId | null;
  /** Null: of all offers. */
  readonly offer: OfferId | null;
}

/** A curve over time: what was ordered by the minute. */
export interface FiguresByMinute {
  readonly currency: string;
  /** Oldest first; a minute in which nothing was ordered is left out. */
  readonly minutes: readonly MinuteSum[];
}

interface MinutesDeps {
  readonly pool: Pool;
  /** What all stores sold, oldest first: one read for all who ask for the same stretch. */
  readonly sumByMinute: (stretch: Stretch) => Promise<readonly OfferMinute[]>;
}

function together(rows: readonly OfferMinute[]): MinuteSum[] {
  const minutes = new Map<number, MinuteSum>();
  for (const { atMs, placed, units, paidUnits, revenueMinor } of rows) {
    const sum = minutes.get(atMs);
    minutes.set(atMs, {
      atMs,
      placed: (sum?.placed ?? 0) + placed,
      units: (sum?.units ?? 0) + units,
      paidUnits: (sum?.paidUnits ?? 0) + paidUnits,
      revenueMinor: (sum?.revenueMinor ?? 0) + revenueMinor,
    });
  }
  return [...minutes.values()];
}

/** What the ledger has of a sale by the minute. @param of a stretch of whole minutes */
export async function figuresByMinute(
  { pool, sumByMinute }: MinutesDeps,
  { store, offer, ...stretch }: MinutesOf,
): Promise<FiguresByMinute | Refusal> {
  const sale = (await mayRead(pool, stretch.sale, store)) && (await findSale(pool, stretch.sale));
  if (!sale) return NOT_FOUND;
  const all = await sumByMinute(stretch);
  const asked = all.filter(
    (row) => (store === null || row.store === store) && (offer === null || row.offer === offer),
  );
  return { currency: sale.currency, minutes: together(asked) };
}
