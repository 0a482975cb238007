import type { Pool } from 'pg';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { sumByMinute } from '../../ledger/reading/sum-by-minute.ts';
import type { MinuteSum, MinutesOf } from '../../ledger/reading/sum-by-minute.ts';
import { findSale } from '../../ledger/sale-row.ts';
import { mayRead } from '../../ledger/sale-stores.ts';

/** A curve over time: what was ordered by the minute. */
export interface FiguresByMinute {
  readonly currency: string;
  /** Oldest first; a minute in which nothing was ordered is left out. */
  readonly minutes: readonly MinuteSum[];
}

/** What the ledger has of a sale by the minute. @param of a stretch of whole minutes */
export async function figuresByMinute(
  { pool }: { readonly pool: Pool },
  of: MinutesOf,
): Promise<FiguresByMinute | Refusal> {
  const sale = (await mayRead(pool, of.sale, of.store)) && (await findSale(pool, of.sale));
  if (!sale) return NOT_FOUND;
  return { currency: sale.currency, minutes: await sumByMinute(pool, of) };
}
