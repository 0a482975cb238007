import type { Pool, PoolClient } from 'pg';
import type { CellId, ShopperId } from '../../domain/ids.ts';
import type { Instruction, NumberedInstruction } from '../../domain/inbox-instruction.ts';
import type { OwnedOrder } from '../../domain/order.ts';
import type { Wallet } from '../../domain/wallet.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import { ordersOf, readIncoming } from '../books/incoming-orders.ts';
import type { IncomingBody } from '../books/incoming-orders.ts';
import { walletsOf } from '../books/wallets-of-cell.ts';
import type { BalanceRow, ClaimRow, CouponRow } from '../books/wallets-of-cell.ts';
import { findCursor, settledSeq } from '../cell-rows.ts';
import { buriedOrder, ordersOfLines } from '../cells/snapshot.ts';
import type { AppliedRow, LineRow } from '../cells/snapshot.ts';

/** The entry that an order or claim came with. */
interface Entered {
  readonly epoch: number;
  readonly seq: number;
}

/** What the ledger says of some shoppers of a cell, as of one instant. */
export interface RecordsBooks {
  readonly epoch: number;
  /** The last settled entry of that epoch; 0: none is settled. */
  readonly settledSeq: number;
  readonly orders: ReadonlyMap<string, readonly OwnedOrder[]>;
  readonly wallets: ReadonlyMap<string, Wallet>;
  /** Shoppers of whom the cell, when it was read, did not know all that these books know. */
  readonly moving: ReadonlySet<string>;
}

const linesOf = query<LineRow & Entered>('audit/records/orders');
const appliedOf = query<AppliedRow>('audit/records/promotions');
const balancesOf = query<BalanceRow>('audit/records/balances');
const couponsOf = query<CouponRow>('audit/records/coupons');
const claimsOf = query<ClaimRow & Entered>('audit/records/claims');
const buriedOf = query<Entered & { body: IncomingBody }>('audit/records/buried');
const instructionsAfter = query<NumberedInstruction>('cells/inbox/list-after');
const nextShoppers = query<{ shopper: ShopperId }>('audit/records/shoppers');

/** The shoppers whose records an instruction changes. */
function concerned(body: Instruction): readonly string[] {
  switch (body.kind) {
    case 'release':
    case 'balance':
      return [body.shopper];
    case 'coupons':
      return body.shoppers;
    case 'moved':
      return [
        ...body.orders.map(([shopper]) => shopper),
        ...body.wallets.map((one) => one.shopper),
      ];
    default:
      return [];
  }
}

/** A cell that has not applied more than this is compared later. */
const BEHIND_MAX = 1_000;

/** The last entry and the last instruction that the cell had when it was read. */
interface Seen {
  readonly seq: number;
  readonly inbox: number;
}

async function readBooks(
  client: PoolClient,
  cell: CellId,
  shoppers: readonly string[],
  seen: Seen,
): Promise<RecordsBooks | null> {
  const where = [cell.sale, cell.cell, shoppers];
  const cursor = await findCursor(client, cell);
  const range = [cell.sale, cell.cell, seen.inbox, BEHIND_MAX];
  const after = await rows(client, instructionsAfter, range);
  if (!cursor || after.length === BEHIND_MAX) return null;
  const lines = await rows(client, linesOf, where);
  const ids = [...new Set(lines.map(({ id }) => id))];
  const buried = await rows(client, buriedOf, where);
  const incoming = buried.map(({ body }) => readIncoming(body));
  const claims = await rows(client, claimsOf, where);
  const orders = [
    ...ordersOfLines(cell.sale, lines, await rows(client, appliedOf, [ids])),
    ...ordersOf(incoming).map((order) => buriedOrder(cell, order)),
  ];
  const balances = await rows(client, balancesOf, where);
  const coupons = await rows(client, couponsOf, where);
  const wallets = walletsOf({ balances, coupons, claims, buried: incoming });
  const isLater = ({ epoch, seq }: Entered) => epoch === cursor.epoch && seq > seen.seq;
  const later = [
    ...[...lines, ...claims].filter(isLater).map(({ shopper }) => shopper),
    ...incoming.filter((_, i) => isLater(buried[i]!)).map(({ shopper }) => shopper),
  ];
  return {
    epoch: cursor.epoch,
    settledSeq: settledSeq(cursor, cursor.epoch),
    orders: Map.groupBy(orders, ({ shopper }) => shopper),
    wallets: new Map(wallets.map((wallet) => [wallet.shopper, wallet])),
    moving: new Set([...later, ...after.flatMap(({ body }) => concerned(body))]),
  };
}

/**
 * Reads them in one REPEATABLE READ transaction. The caller read the cell before.
 * @returns null when the cell is far behind
 */
export const recordsBooks = (
  pool: Pool,
  cell: CellId,
  shoppers: readonly string[],
  seen: Seen,
): Promise<RecordsBooks | null> =>
  transaction(pool, (client) => readBooks(client, cell, shoppers, seen), {
    isolation: 'repeatable read',
  });

/** Lists the shoppers of whom a cell must know something, in order, after one of them. */
export async function knownShoppers(
  on: Queryable,
  { sale, cell }: CellId,
  after: string,
  max: number,
): Promise<string[]> {
  const found = await rows(on, nextShoppers, [sale, cell, after, max]);
  return found.map(({ shopper }) => shopper);
}
