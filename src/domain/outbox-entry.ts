import type { IdempotencyKey, OfferId, ShopperId, StoreId } from './ids.ts';
import { SERIAL } from './ids.ts';
import { plainReceipt } from './order.ts';
import type { Receipt } from './order.ts';
import { readReceipt } from './receipt.ts';

/** An entry of units withdrawn: it carries no order. */
export const WITHDRAWN_VERSION = 3;
/** The latest version this release writes: 1 purchases, 2 carts or claims, 3 as above. */
export const ENTRY_VERSION = WITHDRAWN_VERSION;

/** One order as its script wrote it. `serial` with the cell makes the order id. */
export interface EntryOrder extends Receipt {
  readonly serial: string;
  readonly shopper: ShopperId;
  readonly key: IdempotencyKey;
  readonly fingerprint: string;
}

/** A coupon or red packet grabbed. `serial` with the cell makes the claim's id. */
export interface EntryClaim {
  readonly serial: string;
  readonly shopper: ShopperId;
  readonly key: IdempotencyKey;
  readonly promotion: string;
  /** Of a red packet, in minor units; 0: a coupon. */
  readonly amountMinor: number;
  /** Of a red packet. */
  readonly budget: string | null;
}

/** What a cell handed back of the units it was asked for. */
export interface Withdrawn {
  /** Of the instruction that asked. */
  readonly number: number;
  readonly units: readonly (readonly [offer: OfferId, taken: number])[];
}

/** One number of a cell's outbox: what one script call took. */
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
  readonly claims: readonly EntryClaim[];
  readonly withdrawn: Withdrawn | null;
}

/** One number of an outbox as it was read: its entry, or why there is none. */
export interface OutboxItem {
  readonly seq: number;
  readonly tag: string;
  readonly prev: string;
  readonly bytes: Buffer;
  /** Orders and claims it says it carries, also when it cannot be read. */
  readonly orderCount: number;
  readonly entry: Entry | null;
  readonly fault: string | null;
}

/** An entry that cannot be read: its bytes go to the dead letters. */
export class UnreadableEntry extends Error {
  override readonly name = 'UnreadableEntry';
}

/** An entry of a later release: whoever runs that will settle it, so this one must not bury it. */
export class NewerEntry extends Error {
  override readonly name = 'NewerEntry';
}

type Columns = Record<string, unknown[]>;
type Figures = Pick<Entry, 'atMs' | 'payByMs' | 'rulesVersion'>;
type Body = Figures & Pick<Entry, 'orders' | 'claims' | 'withdrawn'>;

const isText = (value: unknown): boolean => typeof value === 'string';
/** Anything else would give units back to the cell while it lies buried. */
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** @throws UnreadableEntry unless every column is there, as long as the others, and sound */
function checkColumns(
  body: Record<string, unknown>,
  texts: readonly string[],
  counts: readonly string[],
): Columns {
  const first = body[texts[0]!];
  const size = Array.isArray(first) ? first.length : -1;
  const isColumn = (name: string, isSound: (value: unknown) => boolean) => {
    const column = body[name];
    return Array.isArray(column) && column.length === size && column.every(isSound);
  };
  for (const name of texts) {
    if (!isColumn(name, isText)) throw new UnreadableEntry(`${name}: no text`);
  }
  for (const name of counts) {
    if (!isColumn(name, isCount)) throw new UnreadableEntry(`${name}: no whole numbers from 0`);
  }
  return body as Columns;
}

function checkSerial(serial: unknown, i: number): string {
  if (typeof serial === 'string' && SERIAL.test(serial)) return serial;
  throw new UnreadableEntry(`serial of order ${i}`);
}

function checkFigures(at: unknown, payBy: unknown, rulesVersion: unknown): Figures {
  for (const [name, value] of Object.entries({ at, payBy, rulesVersion })) {
    if (!Number.isSafeInteger(value)) throw new UnreadableEntry(`${name}: no integer`);
  }
  return {
    atMs: at as number,
    payByMs: payBy as number,
    rulesVersion: rulesVersion as number,
  };
}

/** What `purchase` packs: columns, one element an order. */
function purchases(body: Record<string, unknown>): Body {
  const texts = ['serial', 'shopper', 'key', 'fingerprint', 'offer', 'store'];
  const columns = checkColumns(body, texts, ['quantity', 'price']);
  const text = (name: string, i: number) => columns[name]![i] as string;
  const count = (name: string, i: number) => columns[name]![i] as number;
  const orders = columns['serial']!.map((serial, i) => ({
    serial: checkSerial(serial, i),
    shopper: text('shopper', i) as ShopperId,
    key: text('key', i) as IdempotencyKey,
    fingerprint: text('fingerprint', i),
    ...plainReceipt([
      {
        offer: text('offer', i) as OfferId,
        store: text('store', i) as StoreId,
        quantity: count('quantity', i),
        priceMinor: count('price', i),
      },
    ]),
  }));
  const figures = checkFigures(body['at'], body['pay_by'], body['rules_version']);
  return { ...figures, orders, claims: [], withdrawn: null };
}

const CARTS_LENGTH = 4;
const CART_LENGTH = 5;

function cart(body: unknown, i: number): EntryOrder {
  if (!Array.isArray(body) || body.length !== CART_LENGTH)
    throw new UnreadableEntry(`no cart ${i}`);
  const [serial, shopper, key, fingerprint, packed] = body as unknown[];
  if (![shopper, key, fingerprint].every(isText)) throw new UnreadableEntry(`cart ${i}: no text`);
  const receipt = readReceipt(packed);
  if (!receipt) throw new UnreadableEntry(`cart ${i}: no receipt`);
  return {
    serial: checkSerial(serial, i),
    shopper: shopper as ShopperId,
    key: key as IdempotencyKey,
    fingerprint: fingerprint as string,
    ...receipt,
  };
}

/** What `checkout` packs: carts in the order they were placed. */
function carts(body: unknown): Body {
  if (!Array.isArray(body) || body.length !== CARTS_LENGTH) throw new UnreadableEntry('no carts');
  const [at, payBy, rulesVersion, list] = body as unknown[];
  if (!Array.isArray(list)) throw new UnreadableEntry('no list of carts');
  return {
    ...checkFigures(at, payBy, rulesVersion),
    orders: list.map(cart),
    claims: [],
    withdrawn: null,
  };
}

/** What `claim` packs: columns, one element a claim; budget '' for a coupon. */
function claims(body: Record<string, unknown>): Body {
  const texts = ['serial', 'shopper', 'key', 'promotion', 'budget'];
  const columns = checkColumns(body, texts, ['amount']);
  const text = (name: string, i: number) => columns[name]![i] as string;
  const list = columns['serial']!.map((serial, i) => ({
    serial: checkSerial(serial, i),
    shopper: text('shopper', i) as ShopperId,
    key: text('key', i) as IdempotencyKey,
    promotion: text('promotion', i),
    amountMinor: columns['amount']![i] as number,
    budget: text('budget', i) || null,
  }));
  const figures = checkFigures(body['at'], body['at'], body['rules_version']);
  return { ...figures, orders: [], claims: list, withdrawn: null };
}

const isTaken = (pair: unknown): boolean =>
  Array.isArray(pair) && pair.length === 2 && isText(pair[0]) && isCount(pair[1]);

/** What `instruct` packs: the instruction's number, offers and units. Nothing has a time. */
function withdrawn(body: unknown): Body {
  const [number, units] = Array.isArray(body) ? (body as unknown[]) : [];
  if (!isCount(number) || !Array.isArray(units) || !units.every(isTaken)) {
    throw new UnreadableEntry('no units withdrawn');
  }
  const back = { number, units } as Withdrawn;
  return { atMs: 0, payByMs: 0, rulesVersion: 0, orders: [], claims: [], withdrawn: back };
}

function readBody(version: number, body: unknown): Body {
  if (typeof body !== 'object' || body === null) throw new UnreadableEntry('not a map');
  const map = body as Record<string, unknown>;
  if (version === 1) return purchases(map);
  if (version === WITHDRAWN_VERSION) return withdrawn(map['withdrawn']);
  return 'carts' in map ? carts(map['carts']) : claims(map);
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
  if (!(head.version >= 1)) throw new UnreadableEntry(`version ${head.version}`);
  const { epoch, seq, tag, prev, version } = head;
  return { epoch, seq, tag, prev, ...readBody(version, body) };
}
