import type { Pool } from 'pg';
import type { CellId } from '../../domain/ids.ts';
import type { Rules } from '../../domain/pricing/cart.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows } from '../../platform/query.ts';
import { findCursor } from '../cell-rows.ts';
import type { Cursor } from '../cell-rows.ts';
import { findSale } from '../sale-row.ts';
import type { SaleRow } from '../sale-row.ts';
import { offersInCells } from '../terms/offer-rows.ts';
import type { OfferRow } from '../terms/offer-rows.ts';
import { rulesOfSale } from '../terms/sale-rules.ts';

/** What the ledger says that a cell knows of its own sale, as of one instant. */
export interface TermsBooks {
  readonly cursor: Cursor;
  readonly sale: SaleRow;
  readonly offers: readonly OfferRow[];
  readonly rules: Rules;
}

const pending = query<{ isPending: boolean }>('audit/pending-terms');

/**
 * Reads them in one REPEATABLE READ transaction. The caller read the cell before.
 * @param inbox the last instruction that the cell had applied by then
 * @returns null when newer terms were on their way to the cell
 */
export const termsBooks = (pool: Pool, cell: CellId, inbox: number): Promise<TermsBooks | null> =>
  transaction(
    pool,
    async (client) => {
      const [row] = await rows(client, pending, [cell.sale, cell.cell, inbox]);
      const cursor = await findCursor(client, cell);
      const sale = await findSale(client, cell.sale);
      if (row!.isPending || !cursor || !sale) return null;
      const offers = await offersInCells(client, cell.sale);
      return { cursor, sale, offers, rules: await rulesOfSale(client, sale) };
    },
    { isolation: 'repeatable read' },
  );
