import type { Pool } from 'pg';
import type { CellAddress } from '../../cell/cell-address.ts';
import { readOutbox } from '../../cell/cells/outbox.ts';
import { readCell } from '../../cell/cells/snapshot.ts';
import type { CellSnapshot } from '../../cell/cells/snapshot.ts';
import type { OutboxItem } from '../../domain/outbox-entry.ts';
import { takenFromPots } from '../../domain/pricing/order-spending.ts';
import { unitsByOffer } from '../../domain/units.ts';
import { cellBooks, cellBooksIfCheap } from '../../ledger/audit.ts';
import type { Books, CellBooks } from '../../ledger/audit.ts';
import { findCursor, settledSeq } from '../../ledger/cell-rows.ts';

/** A counter of a cell beside what the ledger says of it. */
export interface Counter {
  /** I4: units of an offer · I5: a budget or quota. */
  readonly promise: 'I4' | 'I5';
  readonly name: string;
  /** What the cell may give; NaN when that is no number. */
  readonly available: number;
  readonly expected: number;
}

export interface Comparison {
  /** Counters that differ from the ledger, or are below 0. */
  readonly wrong: readonly Counter[];
  /** Sums over all offers, in units. */
  readonly available: number;
  readonly unsettled: number;
  readonly buried: number;
}

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
function wrongOf(
  promise: Counter['promise'],
  inCell: ReadonlyMap<string, number>,
  books: Books,
  unsettled: ReadonlyMap<string, number>,
): Counter[] {
  const wrong: Counter[] = [];
  for (const name of new Set([...inCell.keys(), ...books.left.keys()])) {
    const of = (amounts: ReadonlyMap<string, number>) => amounts.get(name) ?? 0;
    const expected = of(books.left) + of(books.later) - of(unsettled) - of(books.pending);
    const available = of(inCell);
    if (available === expected && available >= 0) continue;
    wrong.push({ promise, name, available, expected });
  }
  return wrong;
}

function compare(
  snapshot: CellSnapshot,
  items: readonly OutboxItem[],
  { seq, units, pots }: CellBooks,
): Comparison {
  const unsettled = unsettledOf(items, seq);
  return {
    wrong: [
      ...wrongOf('I4', snapshot.unitsByOffer, units, unsettled.units),
      ...wrongOf('I5', snapshot.pots, pots, unsettled.pots),
    ],
    available: sum(snapshot.unitsByOffer.values()),
    unsettled: sum(unsettled.units.values()),
    buried: sum(units.buried.values()),
  };
}

/** A cheap comparison reads at most this many unsettled orders. */
const CHEAP_ORDERS = 20_000;

/**
 * Compares each counter of a cell with the ledger, exactly, even while the cell sells.
 * @param isCheap give up when it would read very many orders
 * @returns null when it gave up, or the cell is in another epoch
 */
export async function compareCounters(
  { pool }: { readonly pool: Pool },
  cell: CellAddress,
  { isCheap = false } = {},
): Promise<Comparison | null> {
  const before = await findCursor(pool, cell.id);
  const snapshot = await readCell(cell);
  if (before?.epoch !== cell.epoch || snapshot.word !== 'read') return null;
  if (isCheap && snapshot.placed - before.settledOrders > CHEAP_ORDERS) return null;
  const afterSeq = settledSeq(before, cell.epoch);
  const range = { afterSeq, untilSeq: snapshot.seq, ordersMax: Infinity };
  const items = snapshot.seq > afterSeq ? await readOutbox(cell, range) : [];
  const books = await (isCheap ? cellBooksIfCheap : cellBooks)(pool, cell.id, snapshot);
  return books?.epoch === cell.epoch ? compare(snapshot, items, books) : null;
}
