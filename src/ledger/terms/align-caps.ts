import type { Pool, PoolClient } from 'pg';
import type { OfferId, SaleId } from '../../domain/ids.ts';
import { dealMore, spread } from '../../domain/units.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows } from '../../platform/query.ts';
import { lockOffers } from '../books/return-units.ts';
import type { LockedOffer } from '../books/return-units.ts';
import { tellCells } from '../instructions.ts';
import { lockSale } from '../sale-row.ts';
import type { SaleRow } from '../sale-row.ts';
import { askUnitsBack } from '../books/withdrawals.ts';
import { giveUnits } from '../books/allotments.ts';

interface AvailableRow {
  readonly cell: number;
  readonly offer: string;
  readonly available: number;
}

const available = query<AvailableRow>('books/allotments/available');
const unaligned = query<{ sale: SaleId; id: OfferId }>('terms/offers/unaligned');
const asked = query<{ asked: number }>('books/withdrawals/units-asked');

/** Gives the cells the units that the ledger still has. */
async function giveOut(client: PoolClient, sale: SaleRow, offer: LockedOffer): Promise<void> {
  const { id } = offer;
  const shares = dealMore(offer.assigned, offer.cap, sale.cells);
  await giveUnits(client, sale.id, id, shares);
  await tellCells(client, sale, (cell) =>
    shares[cell]! > 0 ? [{ kind: 'units', offer: id, units: shares[cell]! }] : [],
  );
}

/** Asks cells for the units above the cap, no cell for more than it may still sell. */
async function askAbove(client: PoolClient, sale: SaleRow, offer: LockedOffer): Promise<void> {
  const [open] = await rows(client, asked, [sale.id, offer.id]);
  const above = offer.assigned - offer.cap - open!.asked;
  const cells = await rows(client, available, [sale.id, offer.id]);
  const bounds = cells.map((one) => Math.max(0, one.available));
  const parts = spread(above, bounds);
  for (const [i, { cell }] of cells.entries()) {
    if (parts[i]! > 0) await askUnitsBack(client, { sale: sale.id, cell }, [[offer.id, parts[i]!]]);
  }
}

/**
 * Aligns what the cells of an opened sale have of an offer with its cap: they get the units below
 * it, and are asked for the units above it. Units that are reserved or sold above the cap are debt.
 */
export async function alignCap(client: PoolClient, sale: SaleRow, id: OfferId): Promise<void> {
  const [offer] = await lockOffers(client, sale.id, [id]);
  if (!offer || sale.state === 'draft' || sale.state === 'closed') return;
  if (offer.assigned < offer.cap) await giveOut(client, sale, offer);
  else if (offer.assigned > offer.cap) await askAbove(client, sale, offer);
}

/** Asks the cells of a closing sale for everything they have left. */
export async function askAllBack(client: PoolClient, { id }: SaleRow): Promise<void> {
  await lockOffers(client, id, null);
  const left = (await rows(client, available, [id, null])).filter((one) => one.available > 0);
  for (const [cell, list] of Map.groupBy(left, (one) => one.cell)) {
    await askUnitsBack(
      client,
      { sale: id, cell },
      list.map((one) => [one.offer, one.available]),
    );
  }
}

/** Aligns one offer, in a transaction of its own. */
export const alignOneCap = (pool: Pool, sale: SaleId, offer: OfferId): Promise<void> =>
  transaction(pool, async (client) => {
    const now = await lockSale(client, sale);
    if (now) await alignCap(client, now, offer);
  });

/**
 * Aligns every offer that needs it. After a cell has handed units back, they may go to other cells,
 * or other cells must be asked. One call aligns at most 1,000 offers.
 * @param signal aborted: the next call aligns the rest
 * @param onAligned told after each offer
 * @returns the sales of those offers
 */
export async function alignAllCaps(
  pool: Pool,
  signal?: AbortSignal,
  onAligned?: () => void,
): Promise<ReadonlySet<SaleId>> {
  const touched = new Set<SaleId>();
  for (const { sale, id } of await rows(pool, unaligned)) {
    if (signal?.aborted) break;
    await alignOneCap(pool, sale, id);
    touched.add(sale);
    onAligned?.();
  }
  return touched;
}
