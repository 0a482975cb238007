import type { Pool, PoolClient } from 'pg';
import type { CellId } from '../domain/ids.ts';
import { takenFromPots } from '../domain/pricing/order-spending.ts';
import { unitsByOffer } from '../domain/units.ts';
import { PATIENT, transaction } from '../platform/postgres.ts';
import { query, rows } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';
import { findCursor, settledSeq } from './cell-rows.ts';
import { claimsOf, ordersOf } from './books/incoming-orders.ts';
import { buriedOf, leftInCell } from './cells/snapshot.ts';

/** A row of the audit. `promise` names the invariant (docs/promises.md). */
export interface BrokenPromise {
  readonly promise: string;
  readonly subject: string;
  readonly detail: string;
}

/** How the ledger counts an offer's units. */
export interface OfferUnits {
  readonly offer: string;
  readonly cap: number;
  readonly debt: number;
  readonly unassigned: number;
  readonly allotted: number;
  readonly held: number;
  readonly sold: number;
}

/** Amounts by offer (units) or by pot (minor units of a budget, claims of a quota). */
export interface Books {
  /** Allotted − held − sold − buried, or allotted − spent − buried. */
  readonly left: ReadonlyMap<string, number>;
  readonly buried: ReadonlyMap<string, number>;
  /** Instructions give this; the cell had not applied them when it was read. */
  readonly pending: ReadonlyMap<string, number>;
  /** Entries took this, and were settled or buried after the cell was read. */
  readonly later: ReadonlyMap<string, number>;
}

/** A cell's allotments and everything that changes them, as of one instant. */
export interface CellBooks {
  readonly epoch: number;
  /** The last settled entry of the present epoch; 0: none is settled. */
  readonly seq: number;
  readonly units: Books;
  readonly pots: Books;
}

interface AmountRow {
  name: string;
  amount: number;
}

const MAX_ROWS = 1_000;
const auditStatements = [
  query<BrokenPromise>('audit/broken-promises'),
  query<BrokenPromise>('audit/broken-pots'),
  query<BrokenPromise>('audit/broken-wallets'),
  query<BrokenPromise>('audit/broken-limits'),
  query<BrokenPromise>('audit/broken-prices'),
  query<BrokenPromise>('audit/broken-refunds'),
  query<BrokenPromise>('audit/broken-payments'),
  query<BrokenPromise>('audit/lost-entries'),
];
const units = query<OfferUnits>('audit/units');
const laterUnits = query<AmountRow>('audit/later-units');
const laterPots = query<AmountRow>('audit/later-pots');
const pendingUnits = query<AmountRow>('audit/pending-units');
const pendingPots = query<AmountRow>('audit/pending-pots');

/**
 * Lists broken promises. Each statement sees one instant of its own, so none compares its rows with
 * those of another.
 * @param on where statements may take long, such as a transaction that is `PATIENT`
 * @param sale null: all sales
 * @returns at most 1000 rows
 */
export async function auditLedger(on: Queryable, sale: string | null): Promise<BrokenPromise[]> {
  const broken: BrokenPromise[] = [];
  for (const statement of auditStatements) broken.push(...(await rows(on, statement, [sale])));
  const byPromise = (one: BrokenPromise, other: BrokenPromise) =>
    one.promise < other.promise ? -1 : Number(one.promise > other.promise);
  return broken.toSorted(byPromise).slice(0, MAX_ROWS);
}

export const unitsOfSale = (on: Queryable, sale: string): Promise<OfferUnits[]> =>
  rows(on, units, [sale]);

const byName = (list: readonly AmountRow[]) => new Map(list.map((row) => [row.name, row.amount]));

/** The last entry and the last instruction that a cell had when it was read. */
interface Seen {
  readonly seq: number;
  readonly inbox: number;
}

async function readBooks(client: PoolClient, cell: CellId, seen: Seen): Promise<CellBooks> {
  const where = [cell.sale, cell.cell];
  const cursor = (await findCursor(client, cell))!;
  const seq = settledSeq(cursor, cursor.epoch);
  // To find what settled later takes a look at every order of the sale. Mostly nothing did.
  const isAhead = seq > seen.seq;
  const buried = await buriedOf(client, cell);
  const left = await leftInCell(client, cell, buried);
  const since = [...where, cursor.epoch, seen.seq];
  const after = [...where, seen.inbox];
  return {
    epoch: cursor.epoch,
    seq,
    units: {
      left: left.units,
      buried: unitsByOffer(ordersOf(buried).flatMap((order) => order.lines)),
      pending: byName(await rows(client, pendingUnits, after)),
      later: byName(isAhead ? await rows(client, laterUnits, since) : []),
    },
    pots: {
      left: left.pots,
      buried: takenFromPots(ordersOf(buried), claimsOf(buried)),
      pending: byName(await rows(client, pendingPots, after)),
      later: byName(isAhead ? await rows(client, laterPots, since) : []),
    },
  };
}

/**
 * Reads a cell's books in one REPEATABLE READ transaction. The caller compares them with the cell,
 * which it read before.
 */
export const cellBooks = (pool: Pool, cell: CellId, seen: Seen): Promise<CellBooks> =>
  transaction(pool, (client) => readBooks(client, cell, seen), {
    ...PATIENT,
    isolation: 'repeatable read',
  });

/** The same, unless it takes long: null when entries settled since the cell was read. */
export const cellBooksIfCheap = (pool: Pool, cell: CellId, seen: Seen): Promise<CellBooks | null> =>
  transaction(
    pool,
    async (client) => {
      const cursor = (await findCursor(client, cell))!;
      const isAhead = settledSeq(cursor, cursor.epoch) > seen.seq;
      return isAhead ? null : readBooks(client, cell, seen);
    },
    { isolation: 'repeatable read' },
  );
