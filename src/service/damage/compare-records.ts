import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import type { CellAddress } from '../../cell/cell-address.ts';
import { readRecords } from '../../cell/damage/read-records.ts';
import type { RecordsPage, ShopperRecords } from '../../cell/damage/read-records.ts';
import { marksOf, packShopper, unpackShopper } from '../../cell/selling/shopper-record.ts';
import type { RecordedOrder } from '../../cell/selling/shopper-record.ts';
import { packWallet, usableWallet } from '../../cell/selling/wallets.ts';
import type { UsableWallet } from '../../cell/selling/wallets.ts';
import { SHOPPER_ID } from '../../domain/ids.ts';
import type { CellId } from '../../domain/ids.ts';
import { ORDER_MARKS } from '../../domain/inbox-instruction.ts';
import type { Wallet } from '../../domain/wallet.ts';
import { recordsBooks } from '../../ledger/damage/records-books.ts';
import type { RecordsBooks } from '../../ledger/damage/records-books.ts';
import type { Finding } from './finding.ts';

const NOTHING: Omit<Wallet, 'shopper'> = { points: 0, redPacketMinor: 0, coupons: [], claims: [] };

/** What a cell holds of one shopper. */
interface Held {
  readonly orders: readonly RecordedOrder[];
  readonly marks: ReturnType<typeof marksOf>;
  readonly wallet: UsableWallet;
}

const NO_ORDERS = { orders: [], marks: new Map() };

const readOrders = (cell: CellId, record: Buffer | null) =>
  record && record.length > 0
    ? { orders: unpackShopper(cell, record), marks: marksOf(record) }
    : NO_ORDERS;

/** @returns the key whose record cannot be read */
function hold(cell: CellId, { orders, wallet }: ShopperRecords): Held | 'shoppers' | 'wallets' {
  let read: Pick<Held, 'orders' | 'marks'>;
  try {
    read = readOrders(cell, orders);
  } catch {
    return 'shoppers';
  }
  try {
    return { ...read, wallet: usableWallet(wallet) };
  } catch {
    return 'wallets';
  }
}

/** A cooldown asks when an order expired; nobody asks for the time of another mark. */
const timedMark = ({ mark, atMs }: { mark: number; atMs: number }) =>
  mark === ORDER_MARKS.expired ? { mark, atMs } : { mark };

/** Orders by id and claims by serial, independent of entries and of how the bytes are arranged. */
const canonical = ({ orders, marks, wallet }: Held) => ({
  orders: new Map(orders.map(({ seq: _, ...order }) => [order.id, order])),
  marks: new Map([...marks].map(([serial, one]) => [serial, timedMark(one)])),
  wallet: {
    ...wallet,
    coupons: new Map([...wallet.coupons].filter(([, held]) => held !== 0)),
    claims: new Map([...wallet.claims].map(([serial, { seq: _, ...claim }]) => [serial, claim])),
  },
});

/** The last entry that a shopper's records name; 0: none. */
const lastEntryOf = ({ orders, wallet }: Held): number =>
  Math.max(0, ...[...orders, ...wallet.claims.values()].map(({ seq }) => seq ?? 0));

function compareOne(
  cell: CellId,
  records: ShopperRecords,
  { seq }: RecordsPage,
  { orders, wallets, settledSeq, moving }: RecordsBooks,
): Finding[] {
  const { shopper } = records;
  const found = (key: string, detail: string): Finding => ({ where: key, shopper, detail });
  if (!SHOPPER_ID.test(shopper)) return [found('shoppers', 'is no shopper')];
  const held = hold(cell, records);
  if (typeof held === 'string') return [found(held, 'cannot be read')];
  const last = lastEntryOf(held);
  if (last > seq) return [found('shoppers', `names entry ${last}, the last one is ${seq}`)];
  // What the ledger does not have yet, or the cell did not have yet, is compared another time.
  if (moving.has(shopper) || last > settledSeq) return [];
  const wallet = wallets.get(shopper) ?? NOTHING;
  const expected = hold(cell, {
    shopper,
    orders: packShopper(orders.get(shopper) ?? []),
    wallet: packWallet(wallet),
  }) as Held;
  const [is, should] = [canonical(held), canonical(expected)];
  const isSame = (part: keyof typeof is) => isDeepStrictEqual(is[part], should[part]);
  return [
    ...(isSame('orders') ? [] : [found('shoppers', 'has other orders than the ledger')]),
    ...(isSame('marks') ? [] : [found('shoppers', 'has other marks than the ledger')]),
    ...(isSame('wallet') ? [] : [found('wallets', 'holds something else than the ledger says')]),
  ];
}

/**
 * Compares the records of some shoppers with the ledger, exactly, even while the cell sells. A
 * shopper of whom something has not reached the ledger or the cell yet is passed over.
 * @returns null when the cell is in another epoch, or far behind
 */
export async function compareRecords(
  { pool }: { readonly pool: Pool },
  cell: CellAddress,
  shoppers: readonly string[],
): Promise<Finding[] | null> {
  if (shoppers.length === 0) return [];
  const page = await readRecords(cell, shoppers);
  const books = page && (await recordsBooks(pool, cell.id, shoppers, page));
  if (books?.epoch !== cell.epoch) return null;
  return page!.records.flatMap((one) => compareOne(cell.id, one, page!, books));
}
