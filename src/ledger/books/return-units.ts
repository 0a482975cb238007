import type { PoolClient } from 'pg';
import type { CellId, OfferId, SaleId } from '../../domain/ids.ts';
import { query, rows, run } from '../../platform/query.ts';
import { moveUnits } from './allotments.ts';
import { findSale } from '../sale-row.ts';

/** An offer with its debt: the units that cells have above its cap. */
export interface LockedOffer {
  readonly id: OfferId;
  readonly cap: number;
  readonly assigned: number;
  readonly debt: number;
}

const lock = query<LockedOffer>('books/offers/lock');
const assign = query('books/offers/assign');
const untaken = query<{ offer: string; units: number }>('books/allotments/untaken');

/**
 * Locks offers by id, before any allotment, so that their caps cannot change meanwhile.
 * @param offers null: all offers of the sale
 */
export const lockOffers = (
  client: PoolClient,
  sale: SaleId,
  offers: readonly string[] | null,
): Promise<LockedOffer[]> => rows(client, lock, [sale, offers]);

/**
 * What units stop being. Buried units are counted as neither held nor sold; no order took the units
 * of `stock`.
 */
type Taken = 'held' | 'sold' | 'buried' | 'stock';

interface Return {
  readonly offer: string;
  readonly units: number;
  /** How many of them do not go on sale again. */
  readonly kept: number;
}

async function move(
  client: PoolClient,
  cell: CellId,
  list: readonly Return[],
  from: Taken,
): Promise<void> {
  const back = list.filter(({ kept }) => kept > 0);
  // A buried order may name an offer that has no allotment here. None of its units is kept.
  const moved = from === 'buried' ? back : list;
  const moves = moved.map(({ offer, units, kept }) => ({
    offer,
    held: from === 'held' ? -units : 0,
    sold: from === 'sold' ? -units : 0,
    allotted: -kept,
  }));
  await moveUnits(client, cell, moves);
  if (back.length === 0) return;
  const [offers, less] = [back.map(({ offer }) => offer), back.map(({ kept }) => -kept)];
  await run(client, assign, [cell.sale, offers, less]);
}

/**
 * Keeps no more buried units than the cell has: an order may lie buried because it took more than
 * that.
 */
async function unburied(
  client: PoolClient,
  { sale, cell }: CellId,
  list: readonly Return[],
): Promise<Return[]> {
  const offers = list.map(({ offer }) => offer);
  const found = await rows(client, untaken, [sale, cell, offers]);
  const there = new Map(found.map(({ offer, units }) => [offer, Math.max(0, units)]));
  return list.map((one) => ({ ...one, kept: Math.min(one.kept, there.get(one.offer) ?? 0) }));
}

/**
 * Takes back units that were held, sold or buried. They pay the offer's debt first. When the sale
 * is closed, the ledger keeps all of them. The caller tells the cell about the rest.
 * @returns the units that the cell gets back
 */
export async function returnUnits(
  client: PoolClient,
  cell: CellId,
  units: ReadonlyMap<string, number>,
  from: 'held' | 'sold' | 'buried',
): Promise<[offer: string, units: number][]> {
  if (units.size === 0) return [];
  const offers = await lockOffers(client, cell.sale, [...units.keys()]);
  // Read after the offers are locked: a sale that closes locks them all first.
  const isClosed = (await findSale(client, cell.sale))?.state === 'closed';
  const returns = offers.map(({ id, debt }): Return => {
    const back = units.get(id)!;
    return { offer: id, units: back, kept: isClosed ? back : Math.min(back, debt) };
  });
  const list = from === 'buried' ? await unburied(client, cell, returns) : returns;
  await move(client, cell, list, from);
  return list
    .filter(({ units: back, kept }) => back > kept)
    .map(({ offer, units: back, kept }) => [offer, back - kept]);
}

/** Takes units that a cell handed back into the ledger. The caller has locked the offers. */
export const takeUnitsBack = (
  client: PoolClient,
  cell: CellId,
  units: readonly (readonly [offer: string, taken: number])[],
): Promise<void> =>
  move(
    client,
    cell,
    units.map(([offer, taken]) => ({ offer, units: taken, kept: taken })),
    'stock',
  );
