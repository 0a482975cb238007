import type { Pool } from 'pg';
import { cellEpoch } from '../../cell/cell-address.ts';
import { readRecordedEntries } from '../../cell/cells/recorded-entries.ts';
import type { RecordedEntry } from '../../cell/cells/recorded-entries.ts';
import { readItem, readOutbox } from '../../cell/cells/outbox.ts';
import type { CellConnections } from '../../cell/connections.ts';
import type { AcknowledgedEntry } from '../../domain/cells/acknowledged-entry.ts';
import type { CellId } from '../../domain/ids.ts';
import type { OutboxItem } from '../../domain/outbox-entry.ts';
import type { DrainedItem } from '../../ledger/cells/drained-chain.ts';
import { handedEntries } from '../../ledger/processes/hand-overs.ts';
import type { Time } from '../../platform/time.ts';

export interface DrainDeps {
  readonly pool: Pool;
  readonly connections: CellConnections;
  readonly time: Pick<Time, 'now'>;
  /** Told after each commit: orders settled, orders and entries buried. */
  readonly onSettled: (settled: number, buried: number) => void;
}

/** Entries of one epoch by number, as the records of its shoppers say. */
export type Records = ReadonlyMap<number, RecordedEntry>;

/** About how many orders one page holds; an entry is never split. */
const ORDERS = 1_000;
/** Handed entries of one page. */
const ENTRIES = 32;

const storedItem = (item: OutboxItem): DrainedItem => ({
  ...item,
  isHanded: false,
  isRecorded: false,
});

const handedItem = (entry: AcknowledgedEntry): DrainedItem => ({
  ...readItem(entry, entry, entry.body),
  isHanded: true,
  isRecorded: false,
});

/** Its tags are made up, unless it stands for an entry that is there and cannot be read. */
function recordedItem(
  epoch: number,
  seq: number,
  found: RecordedEntry,
  unreadable: DrainedItem | undefined,
): DrainedItem {
  const { tag, prev } = unreadable ?? { tag: `recorded.${epoch}.${seq}`, prev: '' };
  return {
    seq,
    tag,
    prev,
    placed: null,
    fault: null,
    bytes: Buffer.alloc(0),
    orderCount: found.orders.length + found.claims.length,
    entry: { epoch, seq, tag, prev, ...found, withdrawn: null },
    isHanded: false,
    isRecorded: !unreadable,
  };
}

/** Adds what only records know: the numbers that no item has, and those that cannot be read. */
function withRecorded(
  items: readonly DrainedItem[],
  records: Records,
  { epoch, afterSeq, untilSeq }: { epoch: number; afterSeq: number; untilSeq: number },
): DrainedItem[] {
  const bySeq = Map.groupBy(items, ({ seq }) => seq);
  const added: DrainedItem[] = [];
  for (const [seq, found] of records) {
    const same = bySeq.get(seq) ?? [];
    const isWanted = seq > afterSeq && seq <= untilSeq && !same.some(({ entry }) => entry);
    if (isWanted) added.push(recordedItem(epoch, seq, found, same[0]));
  }
  return [...added, ...items];
}

const lastOf = (items: readonly { readonly seq: number }[]): number => items.at(-1)!.seq;

/**
 * The next entries of an epoch after a number, ascending: from the outbox, from what processes
 * handed over, and from records.
 * @param records null: they were not read
 */
export async function nextItems(
  { pool, connections }: DrainDeps,
  cell: CellId,
  { epoch, afterSeq, records }: { epoch: number; afterSeq: number; records: Records | null },
): Promise<DrainedItem[]> {
  const address = cellEpoch(connections, cell, epoch);
  const outbox = await readOutbox(address, { afterSeq, ordersMax: ORDERS });
  const handed = await handedEntries(pool, cell, { epoch, afterSeq, max: ENTRIES });
  const orders = outbox.reduce((sum, { orderCount }) => sum + orderCount, 0);
  // Beyond the last one of a page that is full, that source may have more.
  const untilSeq = Math.min(
    orders < ORDERS ? Infinity : lastOf(outbox),
    handed.length < ENTRIES ? Infinity : lastOf(handed),
  );
  const found = [...outbox.map(storedItem), ...handed.map(handedItem)];
  const items = found.filter(({ seq }) => seq <= untilSeq);
  const all = records ? withRecorded(items, records, { epoch, afterSeq, untilSeq }) : items;
  return all.toSorted((a, b) => a.seq - b.seq);
}

/** Reads what the records of an epoch know of entries after the last settled one. */
export function recordsAfter(
  { connections, time }: DrainDeps,
  cell: CellId,
  epoch: number,
  afterSeq: number,
): Promise<Records> {
  const address = cellEpoch(connections, cell, epoch);
  return readRecordedEntries(address, { afterSeq, nowMs: time.now() });
}
