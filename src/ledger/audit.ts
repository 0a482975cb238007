import type { Pool, PoolClient } from 'pg';
import type { CellId } from '../domain/ids.ts';
import { unitsByOffer } from '../domain/units.ts';
import { transaction } from '../platform/postgres.ts';
import { query, rows } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';
import { findCursor, settledSeq } from './cells.ts';
import { buriedOrders } from './snapshot.ts';

/** A row of the audit. `promise` is the invariant's name (docs/promises.md). */
export interface BrokenPromise {
  readonly promise: string;
  readonly subject: string;
  readonly detail: string;
}

/** Where an offer's units stand, by the ledger. */
export interface OfferUnits {
  readonly offer: string;
  readonly cap: number;
  readonly debt: number;
  readonly unassigned: number;
  readonly allotted: number;
  readonly held: number;
  readonly sold: number;
}

/** A cell's allotments and what bears on them, as of one instant. */
export interface CellBooks {
  readonly epoch: number;
  /** The last entry of the present epoch settled; 0: none. */
  readonly seq: number;
  /** By offer: allotted − held − sold − buried. */
  readonly left: ReadonlyMap<string, number>;
  readonly buried: ReadonlyMap<string, number>;
  /** Units of instructions after the one the cell had applied. */
  readonly pending: ReadonlyMap<string, number>;
  /** Units settled from entries after the cell's snapshot. */
  readonly later: ReadonlyMap<string, number>;
}

interface UnitsRow {
  offer: string;
  units: number;
}

const brokenPromises = query<BrokenPromise>('audit/broken-promises');
const units = query<OfferUnits>('audit/units');
const laterUnits = query<UnitsRow>('audit/later-units');
const pendingUnits = query<UnitsRow>('audit/pending-units');
const allotments = query<OfferUnits>('allotments/of-cell');

/** @param sale null: all; at most 1000 rows */
export const auditLedger = (on: Queryable, sale: string | null): Promise<BrokenPromise[]> =>
  rows(on, brokenPromises, [sale]);

export const unitsOfSale = (on: Queryable, sale: string): Promise<OfferUnits[]> =>
  rows(on, units, [sale]);

const byOffer = (list: readonly UnitsRow[]) => new Map(list.map((row) => [row.offer, row.units]));

async function readBooks(
  client: PoolClient,
  cell: CellId,
  seen: { seq: number; inbox: number },
): Promise<CellBooks> {
  const where = [cell.sale, cell.cell];
  const cursor = (await findCursor(client, cell))!;
  const buried = unitsByOffer((await buriedOrders(client, cell)).flatMap((order) => order.lines));
  const allotted = await rows(client, allotments, where);
  const later = await rows(client, laterUnits, [...where, cursor.epoch, seen.seq]);
  const pending = await rows(client, pendingUnits, [...where, seen.inbox]);
  return {
    epoch: cursor.epoch,
    seq: settledSeq(cursor, cursor.epoch),
    left: new Map(
      allotted.map((a) => [a.offer, a.allotted - a.held - a.sold - (buried.get(a.offer) ?? 0)]),
    ),
    buried,
    pending: byOffer(pending),
    later: byOffer(later),
  };
}

/**
 * A cell's books in one REPEATABLE READ transaction, to be held against a snapshot of the cell
 * taken before.
 */
export const cellBooks = (
  pool: Pool,
  cell: CellId,
  seen: { seq: number; inbox: number },
): Promise<CellBooks> =>
  transaction(pool, (client) => readBooks(client, cell, seen), 'repeatable read');
