import { parseOrderId } from '../../domain/ids.ts';
import type { IdempotencyKey, ShopperId } from '../../domain/ids.ts';
import type { Entry, EntryClaim, EntryOrder } from '../../domain/outbox-entry.ts';
import { unpack } from '../../platform/codec.ts';
import type { CellEpoch } from '../cell-address.ts';
import { SEAL } from '../keys.ts';
import { unpackShopper } from '../selling/shopper-record.ts';
import { usableWallet } from '../selling/wallets.ts';
import { noneOfAnotherType } from './outbox.ts';

/** What the records of an epoch's shoppers say of one entry. */
export type RecordedEntry = Pick<Entry, 'orders' | 'claims' | 'atMs' | 'payByMs' | 'rulesVersion'>;

/** In the place of a number: the ledger had it when the epoch was opened. */
const BEFORE_EPOCH = 0;
const PAGE = 500;

type Page = [cursor: Buffer, flat: Buffer[]];

/** Every field of a hash; a damaged key has none. */
async function* fieldsOf(
  { steady }: CellEpoch,
  key: string,
): AsyncGenerator<[field: string, value: Buffer]> {
  let cursor = '0';
  do {
    const page = steady.callBuffer('HSCAN', key, cursor, 'COUNT', PAGE).catch(noneOfAnotherType);
    const [next, flat] = (await page) as Page | [];
    for (let i = 0; flat && i + 1 < flat.length; i += 2) {
      const field = flat[i]!.toString();
      if (field !== SEAL) yield [field, flat[i + 1]!];
    }
    cursor = next?.toString() ?? '0';
  } while (cursor !== '0');
}

/** Reads a record; one that is damaged says nothing. */
function unlessDamaged<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch {
    return [];
  }
}

interface Found {
  readonly seq: number;
  readonly order?: EntryOrder & Pick<Entry, 'payByMs' | 'rulesVersion'>;
  readonly claim?: EntryClaim;
}

async function* ordersIn(cell: CellEpoch): AsyncGenerator<Found> {
  for await (const [shopper, record] of fieldsOf(cell, cell.keys.shoppers)) {
    const orders = unlessDamaged(() => unpackShopper(cell.id, record));
    for (const { id, sale: _, seq, ...order } of orders) {
      const known = { ...order, serial: parseOrderId(id)!.serial, shopper: shopper as ShopperId };
      yield { seq: seq ?? BEFORE_EPOCH, order: known };
    }
  }
}

/** The budget that a claim of a promotion draws from; null: none. */
async function budgetOf({ steady, keys }: CellEpoch, promotion: string): Promise<string | null> {
  const packed = steady.callBuffer('HGET', keys.rules, `claim:${promotion}`);
  const terms = (await packed.catch(noneOfAnotherType)) as Buffer | [] | null;
  if (!Buffer.isBuffer(terms)) return null;
  return (unpack(terms) as { budget?: string }).budget ?? null;
}

async function* claimsIn(cell: CellEpoch): AsyncGenerator<Found> {
  for await (const [shopper, record] of fieldsOf(cell, cell.keys.wallets)) {
    for (const [serial, made] of unlessDamaged(() => [...usableWallet(record).claims])) {
      const { key, promotion, amountMinor, seq } = made;
      const budget = amountMinor > 0 ? await budgetOf(cell, promotion) : null;
      const who = { shopper: shopper as ShopperId, key: key as IdempotencyKey };
      const claim = { serial, ...who, promotion, amountMinor, budget };
      yield { seq: seq ?? BEFORE_EPOCH, claim };
    }
  }
}

/** How long an order of this epoch may stay unpaid; 0: nobody knows any more. */
async function payWithinMs({ steady, keys }: CellEpoch): Promise<number> {
  const found = steady.call('HGET', keys.meta, 'pay_within').catch(noneOfAnotherType);
  return Number((await found) ?? 0);
}

/**
 * Finds the orders and claims of an epoch in the records of its shoppers, by the number of their
 * entry. It stands in for entries that are gone or cannot be read. Nobody must sell from the epoch
 * meanwhile.
 * @param afterSeq only entries after this number
 * @param nowMs the time of claims, whose records have none
 */
export async function readRecordedEntries(
  cell: CellEpoch,
  { afterSeq, nowMs }: { readonly afterSeq: number; readonly nowMs: number },
): Promise<Map<number, RecordedEntry>> {
  const withinMs = await payWithinMs(cell);
  const entries = new Map<number, RecordedEntry & { orders: EntryOrder[]; claims: EntryClaim[] }>();
  const take = ({ seq, order, claim }: Found) => {
    if (seq <= afterSeq) return;
    const payByMs = order?.payByMs ?? nowMs;
    const times = { payByMs, atMs: payByMs - (order ? withinMs : 0) };
    const entry = entries.get(seq) ?? {
      ...times,
      rulesVersion: order?.rulesVersion ?? 0,
      orders: [],
      claims: [],
    };
    entries.set(seq, entry);
    if (order) entry.orders.push(order);
    if (claim) entry.claims.push(claim);
  };
  for await (const found of ordersIn(cell)) take(found);
  for await (const found of claimsIn(cell)) take(found);
  return entries;
}
