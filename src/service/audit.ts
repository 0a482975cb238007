import type { Pool } from 'pg';
import type { CellAddress } from '../cell/cell-address.ts';
import type { Directory } from '../cell/sale-directory.ts';
import { readOutbox } from '../cell/cells/outbox.ts';
import { readCell } from '../cell/cells/snapshot.ts';
import type { CellSnapshot } from '../cell/cells/snapshot.ts';
import type { OutboxItem } from '../domain/outbox-entry.ts';
import { cellName } from '../domain/ids.ts';
import type { SaleId } from '../domain/ids.ts';
import { takenFromPots } from '../domain/pricing/order-spending.ts';
import { unitsByOffer } from '../domain/units.ts';
import { auditLedger, cellBooks, unitsOfSale } from '../ledger/audit.ts';
import type { Books, BrokenPromise, CellBooks } from '../ledger/audit.ts';
import { findCursor, settledSeq } from '../ledger/cell-rows.ts';
import type { Time } from '../platform/time.ts';

export interface AuditDeps {
  readonly pool: Pool;
  readonly directory: Directory;
  readonly time: Pick<Time, 'sleep'>;
}

/** Units of a sale by where they stand; `available` and `unsettled` are the cells'. */
export interface UnitTotals {
  readonly cap: number;
  readonly debt: number;
  readonly unassigned: number;
  readonly allotted: number;
  readonly held: number;
  readonly sold: number;
  readonly buried: number;
  readonly unsettled: number;
  readonly available: number;
}

export interface Audit {
  readonly brokenPromises: readonly BrokenPromise[];
  readonly units: UnitTotals;
}

interface CellAudit {
  readonly brokenPromises: readonly BrokenPromise[];
  readonly available: number;
  readonly unsettled: number;
  readonly buried: number;
}

const UNANSWERED = { available: 0, unsettled: 0, buried: 0 };
/** How often a cell that is being opened is asked again. */
const MAX_TRIES = 20;
const PAUSE_MS = 100;

const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

/** What entries after the settled one took, of units and of pots. */
function unsettledOf(items: readonly OutboxItem[], afterSeq: number) {
  const entries = items.flatMap(({ seq, entry }) => (seq > afterSeq && entry ? [entry] : []));
  const orders = entries.flatMap((entry) => entry.orders);
  const handedBack = entries.flatMap((entry) => entry.withdrawn?.units ?? []);
  const units = unitsByOffer([
    ...orders.flatMap((order) => order.lines),
    ...handedBack.map(([offer, quantity]) => ({ offer, quantity })),
  ]);
  const pots = takenFromPots(
    orders,
    entries.flatMap((entry) => entry.claims),
  );
  return { units, pots };
}

/**
 * What the cell may give must equal left − unsettled − pending by the ledger, and not be below 0.
 * The cell is read first, so the ledger may be ahead of it by `later` and is never behind.
 */
function compareEach(
  promise: string,
  cell: CellAddress,
  inCell: ReadonlyMap<string, number>,
  books: Books,
  unsettled: ReadonlyMap<string, number>,
): BrokenPromise[] {
  const brokenPromises: BrokenPromise[] = [];
  for (const name of new Set([...inCell.keys(), ...books.left.keys()])) {
    const of = (amounts: ReadonlyMap<string, number>) => amounts.get(name) ?? 0;
    const expected = of(books.left) + of(books.later) - of(unsettled) - of(books.pending);
    const available = of(inCell);
    if (available === expected && available >= 0) continue;
    const subject = `${cellName(cell.id)}/${name}`;
    const detail = `the cell may give ${available}, the ledger says ${expected}`;
    brokenPromises.push({ promise, subject, detail });
  }
  return brokenPromises;
}

/** I4 for units, I5 for budgets and quotas. */
function compare(
  cell: CellAddress,
  snapshot: CellSnapshot,
  items: readonly OutboxItem[],
  { seq, units, pots }: CellBooks,
): CellAudit {
  const unsettled = unsettledOf(items, seq);
  return {
    brokenPromises: [
      ...compareEach('I4', cell, snapshot.unitsByOffer, units, unsettled.units),
      ...compareEach('I5', cell, snapshot.pots, pots, unsettled.pots),
    ],
    available: sum(snapshot.unitsByOffer.values()),
    unsettled: sum(unsettled.units.values()),
    buried: sum(units.buried.values()),
  };
}

const unanswered = (cell: CellAddress): CellAudit => ({
  brokenPromises: [
    { promise: 'I4', subject: cellName(cell.id), detail: 'the cell did not answer: not compared' },
  ],
  ...UNANSWERED,
});

/** @returns null when the cell moved to another epoch meanwhile */
async function compareOnce(deps: AuditDeps, cell: CellAddress): Promise<CellAudit | null> {
  const { pool } = deps;
  const before = await findCursor(pool, cell.id);
  const snapshot = await readCell(cell);
  if (before?.epoch !== cell.epoch || snapshot.word !== 'read') return null;
  const afterSeq = settledSeq(before, cell.epoch);
  const items =
    snapshot.seq > afterSeq
      ? await readOutbox(cell, {
          afterSeq,
          untilSeq: snapshot.seq,
          ordersMax: Infinity,
        })
      : [];
  const books = await cellBooks(pool, cell.id, snapshot);
  return books.epoch === cell.epoch ? compare(cell, snapshot, items, books) : null;
}

/** Compares one cell with the ledger; a cell that keeps moving epochs counts as unanswered. */
export async function auditCell(deps: AuditDeps, cell: CellAddress): Promise<CellAudit> {
  let present = cell;
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const compared = await compareOnce(deps, present);
    if (compared) return compared;
    await deps.time.sleep(PAUSE_MS);
    await deps.directory.refresh();
    present = deps.directory.cell(cell.id) ?? present;
  }
  return unanswered(cell);
}

/** @returns null when there is no such sale */
export async function audit(deps: AuditDeps, sale: SaleId): Promise<Audit | null> {
  await deps.directory.refresh();
  const known = deps.directory.sale(sale);
  if (!known) return null;
  const cells: CellAudit[] = [];
  for (const cell of known.cells) cells.push(await auditCell(deps, cell));
  const brokenPromises = await auditLedger(deps.pool, sale);
  const offers = await unitsOfSale(deps.pool, sale);
  const total = (name: 'cap' | 'debt' | 'unassigned' | 'allotted' | 'held' | 'sold') =>
    sum(offers.map((offer) => offer[name]));
  return {
    brokenPromises: [...brokenPromises, ...cells.flatMap((cell) => cell.brokenPromises)],
    units: {
      cap: total('cap'),
      debt: total('debt'),
      unassigned: total('unassigned'),
      allotted: total('allotted'),
      held: total('held'),
      sold: total('sold'),
      buried: sum(cells.map((cell) => cell.buried)),
      unsettled: sum(cells.map((cell) => cell.unsettled)),
      available: sum(cells.map((cell) => cell.available)),
    },
  };
}
