import {
  checkVersion,
  readEntry,
  UnreadableEntry,
  WITHDRAWN_VERSION,
} from '../../domain/outbox-entry.ts';
import type { OutboxItem } from '../../domain/outbox-entry.ts';
import { unpack } from '../../platform/codec.ts';
import type { CellEpoch } from '../cell-address.ts';
import type { RebuiltEntry } from '../selling/kept-entry.ts';

const PAGE = 32;
const COUNT = /^\d{1,4}$/;
const NUMBER = /^\d{1,15}$/;

type RawEntry = [id: Buffer, fields: Buffer[]];

function fieldsOf(flat: readonly Buffer[]): Map<string, Buffer> {
  const fields = new Map<string, Buffer>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(flat[i]!.toString(), flat[i + 1]!);
  return fields;
}

/** Bytes that cannot be decoded make one unreadable entry, and do not stop those after it. */
function unpackBody(bytes: Buffer): unknown {
  try {
    return unpack(bytes);
  } catch (error) {
    throw new UnreadableEntry((error as Error).message, { cause: error });
  }
}

type Head = Parameters<typeof readEntry>[0];

/**
 * Reads an entry, or says why it cannot be read.
 * @param counts of its orders and claims, as its plain fields say
 * @throws NewerEntry when a later release wrote it
 */
export function readItem(
  head: Head,
  { orders: orderCount, placed }: { readonly orders: number; readonly placed: number | null },
  bytes: Buffer,
): OutboxItem {
  const item = { seq: head.seq, tag: head.tag, prev: head.prev, bytes, orderCount, placed };
  try {
    checkVersion(head.version);
    if (orderCount === 0 && head.version < WITHDRAWN_VERSION) {
      throw new UnreadableEntry('no count of its orders');
    }
    return { ...item, entry: readEntry(head, unpackBody(bytes)), fault: null };
  } catch (error) {
    if (!(error instanceof UnreadableEntry)) throw error;
    return { ...item, entry: null, fault: error.message };
  }
}

function outboxItem([id, flat]: RawEntry): OutboxItem {
  const [epoch, seq] = id.toString().split('-').map(Number) as [number, number];
  const fields = fieldsOf(flat);
  const text = (name: string) => fields.get(name)?.toString() ?? '';
  const head = { epoch, seq, tag: text('tag'), prev: text('prev'), version: Number(text('v')) };
  const orders = COUNT.test(text('orders')) ? Number(text('orders')) : 0;
  const placed = NUMBER.test(text('placed')) ? Number(text('placed')) : null;
  return readItem(head, { orders, placed }, fields.get('body') ?? Buffer.alloc(0));
}

/** A key of another type holds nothing. The scripts refuse it, so the cell is rebuilt. */
export function noneOfAnotherType(error: Error): [] {
  if (error.message.startsWith('WRONGTYPE')) return [];
  throw error;
}

/** An entry as its fields say, with its body as the script packed it. */
export interface StoredEntry extends RebuiltEntry {
  readonly orders: number;
  readonly placed: number;
}

/**
 * Reads one entry of a cell's present epoch.
 * @returns `settled` when the ledger has it; `displaced` when the cell did not answer for this
 * epoch, or lost the entry
 * @throws when the connection is cut
 */
export async function readStoredEntry(
  { epoch, keys, hot }: CellEpoch,
  seq: number,
): Promise<StoredEntry | 'settled' | 'displaced'> {
  const id = `${epoch}-${seq}`;
  const asked = hot.multi().get(keys.fence).hget(keys.meta, 'watermark');
  const answers = await asked.xrangeBuffer(keys.outbox, id, id).exec();
  const [fence, watermark, entries] = (answers ?? []).map(([, answer]) => answer);
  const isDamaged = answers?.some(([error]) => error?.message.startsWith('WRONGTYPE'));
  if (fence !== String(epoch) || isDamaged) return 'displaced';
  if (Number(watermark) >= seq) return 'settled';
  const [raw] = entries as RawEntry[];
  if (!raw) return 'displaced';
  const fields = fieldsOf(raw[1]);
  const text = (name: string) => fields.get(name)!.toString();
  const numbers = { version: Number(text('v')), orders: Number(text('orders')) };
  const placed = Number(text('placed'));
  return { ...numbers, placed, tag: text('tag'), prev: text('prev'), body: fields.get('body')! };
}

/** True when the outbox holds an entry after a number, readable or not. */
export async function hasEntriesAfter(
  { epoch, keys, steady }: CellEpoch,
  afterSeq: number,
): Promise<boolean> {
  const range = [`${epoch}-${afterSeq + 1}`, `${epoch}-${Number.MAX_SAFE_INTEGER}`] as const;
  return (await steady.xrangeBuffer(keys.outbox, ...range, 'COUNT', 1)).length > 0;
}

/**
 * Reads the entries of an epoch after a number, in order, until they hold `ordersMax` orders. It
 * reads at least one entry if there is any.
 * @param afterSeq 0 for all
 * @param untilSeq the last number wanted; without it, all there are
 */
export async function readOutbox(
  { epoch, keys, steady }: CellEpoch,
  { afterSeq, untilSeq, ordersMax }: { afterSeq: number; untilSeq?: number; ordersMax: number },
): Promise<OutboxItem[]> {
  const items: OutboxItem[] = [];
  const end = `${epoch}-${untilSeq ?? Number.MAX_SAFE_INTEGER}`;
  let orders = 0;
  let last = afterSeq;
  while (orders < ordersMax) {
    const start = `${epoch}-${last + 1}`;
    const page = await steady
      .xrangeBuffer(keys.outbox, start, end, 'COUNT', PAGE)
      .catch(noneOfAnotherType);
    for (const raw of page) {
      if (orders >= ordersMax) break;
      const item = outboxItem(raw);
      items.push(item);
      orders += item.orderCount;
      last = item.seq;
    }
    if (page.length < PAGE) break;
  }
  return items;
}
