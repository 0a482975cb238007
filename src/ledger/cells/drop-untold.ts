import type { PoolClient } from 'pg';
import { orderId } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import type { EntryClaim, EntryOrder } from '../../domain/outbox-entry.ts';
import { query, rows } from '../../platform/query.ts';
import { incomingOf } from '../books/incoming-orders.ts';
import type { DrainedItem } from './drained-chain.ts';
import { lostAmong } from './gaps.ts';

const keysTaken = query<{ id: string }>('cells/settle/keys-taken');

interface Drained {
  readonly cell: CellId;
  readonly itemsEpoch: number;
  readonly items: readonly DrainedItem[];
  /** As for `settleDrained`. */
  readonly toldUpTo: number | null;
}

/** Entries that only an outbox has, although every process that told someone has handed over. */
async function untold(
  client: PoolClient,
  { cell, itemsEpoch, items, toldUpTo }: Drained,
): Promise<DrainedItem[]> {
  if (toldUpTo === null) return [];
  const handed = new Set(items.filter(({ isHanded }) => isHanded).map(({ tag }) => tag));
  const found = items.filter(({ seq, tag }) => seq > toldUpTo && !handed.has(tag));
  if (found.length === 0) return [];
  const seqs = found.map(({ seq }) => seq);
  const lost = new Set(await lostAmong(client, cell, itemsEpoch, seqs));
  return found.filter(({ seq }) => !lost.has(seq));
}

/** The ids of orders and claims whose key has another order or claim in the ledger. */
async function superseded(
  client: PoolClient,
  cell: CellId,
  items: readonly DrainedItem[],
): Promise<ReadonlySet<string>> {
  const all = items.flatMap(({ entry }) => (entry ? incomingOf(cell, entry) : []));
  if (all.length === 0) return new Set();
  const found = await rows(client, keysTaken, [
    cell.sale,
    all.map(({ id }) => id),
    all.map(({ shopper }) => shopper),
    all.map(({ key }) => key),
    all.map(({ kind }) => kind === 'order'),
  ]);
  return new Set(found.map(({ id }) => id));
}

function without(item: DrainedItem, cell: CellId, dropped: ReadonlySet<string>): DrainedItem {
  const { entry } = item;
  if (!entry) return item;
  const isKept = ({ serial }: EntryOrder | EntryClaim) => !dropped.has(orderId(cell, serial));
  const [orders, claims] = [entry.orders.filter(isKept), entry.claims.filter(isKept)];
  const gone = entry.orders.length + entry.claims.length - orders.length - claims.length;
  if (gone === 0) return item;
  return { ...item, orderCount: item.orderCount - gone, entry: { ...entry, orders, claims } };
}

/**
 * Leaves out orders and claims that nobody was told of, when their shopper was told to try again,
 * did so under the same key, and has another one.
 */
export async function dropUntold(client: PoolClient, drained: Drained): Promise<DrainedItem[]> {
  const { cell, items } = drained;
  const dropped = await superseded(client, cell, await untold(client, drained));
  return items.map((item) => without(item, cell, dropped));
}
