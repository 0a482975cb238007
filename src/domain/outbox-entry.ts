import type { IdempotencyKey, OfferId, ShopperId, StoreId } from './ids.ts';
import { SERIAL } from './ids.ts';
import { plainReceipt } from './order.ts';
import type { Receipt } from './order.ts';
import { readReceipt } from './receipt.ts';

/** The version of an entry of withdrawn units, which carries no order. */
export const WITHDRAWN_VERSION = 3;
/** The latest version that this release writes. 1: purchases; 2: carts or claims; 3: as above. */
export const ENTRY_VERSION = WITHDRAWN_VERSION;

/** One order as its script wrote it. The cell and `serial` make the order id. */
export interface EntryOrder extends Receipt {
  readonly serial: string;
  readonly shopper: ShopperId;
  readonly key: IdempotencyKey;
  readonly fingerprint: string;
}

/** A claim of a coupon or a red packet. The cell and `serial` make the claim's id. */
export interface EntryClaim {
  readonly serial: string;
  readonly shopper: ShopperId;
  readonly key: IdempotencyKey;
  readonly promotion: string;
  /** A red packet's amount, in minor units; 0: it is a coupon. */
  readonly amountMinor: number;
  /** The budget that a red packet draws from; null: it is a coupon. */
  readonly budget: string | null;
}

/** What a cell handed back of the units that it was asked for. */
export interface Withdrawn {
  /** The number of the instruction that asked. */
  readonly number: number;
  readonly units: readonly (readonly [offer: OfferId, taken: number])[];
}

/** One entry of a cell's outbox: what one script call took. */
export interface Entry {
  readonly epoch: number;
  /** From 1 in an epoch, without a gap. */
  readonly seq: number;
  /** Random. The next entry repeats it as `prev`, which shows when a number was issued twice. */
  readonly tag: string;
  readonly prev: string;
  readonly atMs: number;
  readonly payByMs: number;
  readonly rulesVersion: number;
  readonly orders: readonly EntryOrder[];
  readonly claims: readonly EntryClaim[];
  readonly withdrawn: Withdrawn | null;
}

/** One entry of an outbox as it was read, or the reason why it cannot be read. */
export interface OutboxItem {
  readonly seq: number;
  readonly tag: string;
  readonly prev: string;
  readonly bytes: Buffer;
  /** The orders and claims that its plain fields announce, even when it cannot be read. */
  readonly orderCount: number;
  /** Orders and claims of the epoch up to and with it; null: it does not say. */
  readonly placed: number | null;
  readonly entry: Entry | null;
  readonly fault: string | null;
}

/** An entry cannot be read. Its bytes become a dead letter. */
export class UnreadableEntry extends Error {
  override readonly name = 'UnreadableEntry';
}

/** A later release wrote an entry. Its processes will settle it, so this one must not bury it. */
export class NewerEntry extends Error {
  override readonly name = 'NewerEntry';
}

type Columns = Record<string, unknown[]>;
type Figures = Pick<Entry, 'atMs' | 'payByMs' | 'rulesVersion'>;
type Body = Figures & Pick<Entry, 'orders' | 'claims' | 'withdrawn'>;

const isText = (value: unknown): boolean => typeof value === 'string';
/** A number below 0 would give units to the cell while its order is buried. */
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** @throws UnreadableEntry unless every column is there, sound, and as long as the others */
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

/** Reads what `purchase` packs: columns, with one element for each order. */
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

/** Reads what `checkout` packs: carts in the order in which they were placed. */
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

/** Reads what `claim` packs: columns, with one element for each claim; budget '' for a coupon. */
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

/** Reads what `instruct` packs: the instruction's number, offers and units. It has no times. */
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
 * Call this before anything else of an entry is read: a later release may write its plain fields
 * and its bytes in any shape.
 * @throws NewerEntry when a later release wrote it
 * @throws UnreadableEntry when it is no version at all
 */
export function checkVersion(version: number): void {
  if (version > ENTRY_VERSION) throw new NewerEntry(`version ${version}`);
  if (!(version >= 1)) throw new UnreadableEntry(`version ${version}`);
}

/**
 * Reads an entry of a version that `checkVersion` accepts.
 * @param head the stream id and plain fields of the entry
 * @param body its unpacked body
 * @throws UnreadableEntry when this release cannot read its shape
 */
export function readEntry(
  head: { epoch: number; seq: number; tag: string; prev: string; version: number },
  body: unknown,
): Entry {
  const { epoch, seq, tag, prev, version } = head;
  return { epoch, seq, tag, prev, ...readBody(version, body) };
}
