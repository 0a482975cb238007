import type { IdempotencyKey, OfferId, StoreId } from './ids.ts';
import { SERIAL } from './ids.ts';
import type { OrderLine } from './order.ts';

/** The version a script of this release writes; the release before must be able to read it. */
export const ENTRY_VERSION = 1;

/** One order as its script wrote it. `serial` with the cell makes the order id. */
export interface EntryOrder {
  readonly serial: string;
  readonly shopper: string;
  readonly key: IdempotencyKey;
  readonly fingerprint: string;
  readonly lines: readonly OrderLine[];
}

/** One number of a cell's outbox: a batch of orders taken in one script call. */
export interface Entry {
  readonly epoch: number;
  /** Contiguous from 1 in an epoch. */
  readonly seq: number;
  /** Random; the next entry's `prev`, so that a number issued twice is noticed. */
  readonly tag: string;
  readonly prev: string;
  readonly atMs: number;
  readonly payByMs: number;
  readonly rulesVersion: number;
  readonly orders: readonly EntryOrder[];
}

/** One number of an outbox as it was read: its entry, or why there is none. */
export interface OutboxItem {
  readonly seq: number;
  readonly tag: string;
  readonly prev: string;
  readonly bytes: Buffer;
  /** Orders it says it carries, also when it cannot be read. */
  readonly orderCount: number;
  readonly entry: Entry | null;
  readonly fault: string | null;
}

/** The body of an entry as the purchase script packs it: columns, one element an order. */
interface EntryColumns {
  at: number;
  pay_by: number;
  rules_version: number;
  serial: string[];
  shopper: string[];
  key: string[];
  fingerprint: string[];
  offer: string[];
  store: string[];
  quantity: number[];
  price: number[];
}

/** An entry that cannot be read: its bytes go to the dead letters. */
export class UnreadableEntry extends Error {
  override readonly name = 'UnreadableEntry';
}

/** An entry of a later release: whoever runs that will settle it, so this one must not bury it. */
export class NewerEntry extends Error {
  override readonly name = 'NewerEntry';
}

const COLUMNS = ['serial', 'shopper', 'key', 'fingerprint', 'offer', 'store'] as const;
const FIGURES = ['at', 'pay_by', 'rules_version'] as const;

const isText = (value: unknown): boolean => typeof value === 'string';
/** Anything else would give units back to the cell while it lies buried. */
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function checkColumns(body: unknown): EntryColumns {
  if (typeof body !== 'object' || body === null) throw new UnreadableEntry('not a map');
  const columns = body as Record<string, unknown>;
  for (const figure of FIGURES) {
    if (!Number.isSafeInteger(columns[figure])) throw new UnreadableEntry(`${figure}: no integer`);
  }
  const size = Array.isArray(columns['serial']) ? columns['serial'].length : -1;
  const isColumn = (name: string, isSound: (value: unknown) => boolean) => {
    const column = columns[name];
    return Array.isArray(column) && column.length === size && column.every(isSound);
  };
  for (const name of COLUMNS) {
    if (!isColumn(name, isText)) throw new UnreadableEntry(`${name}: no text`);
  }
  for (const name of ['quantity', 'price']) {
    if (!isColumn(name, isCount)) throw new UnreadableEntry(`${name}: no whole numbers from 0`);
  }
  return columns as unknown as EntryColumns;
}

function columnOrders(columns: EntryColumns): EntryOrder[] {
  return columns.serial.map((serial, i) => {
    if (!SERIAL.test(serial)) throw new UnreadableEntry(`serial of order ${i}`);
    return {
      serial,
      shopper: columns.shopper[i]!,
      key: columns.key[i]! as IdempotencyKey,
      fingerprint: columns.fingerprint[i]!,
      lines: [
        {
          offer: columns.offer[i]! as OfferId,
          store: columns.store[i]! as StoreId,
          quantity: columns.quantity[i]!,
          priceMinor: columns.price[i]!,
        },
      ],
    };
  });
}

/**
 * @param head the stream id and plain fields of the entry
 * @param body its unpacked body
 * @throws NewerEntry when a later release wrote it
 * @throws UnreadableEntry when its shape is not one this release reads
 */
export function readEntry(
  head: { epoch: number; seq: number; tag: string; prev: string; version: number },
  body: unknown,
): Entry {
  if (head.version > ENTRY_VERSION) throw new NewerEntry(`version ${head.version}`);
  if (head.version !== ENTRY_VERSION) throw new UnreadableEntry(`version ${head.version}`);
  const columns = checkColumns(body);
  return {
    epoch: head.epoch,
    seq: head.seq,
    tag: head.tag,
    prev: head.prev,
    atMs: columns.at,
    payByMs: columns.pay_by,
    rulesVersion: columns.rules_version,
    orders: columnOrders(columns),
  };
}
