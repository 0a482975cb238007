import type { Pool, PoolClient } from 'pg';
import { homeCell } from '../../domain/ids.ts';
import type { SaleId, ShopperId } from '../../domain/ids.ts';
import { transaction } from '../../platform/postgres.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import type { Change } from '../change-outcome.ts';
import { appendInstructions } from '../instructions.ts';
import type { ByCell } from './pots.ts';
import { lockSale } from '../sale-row.ts';
import type { SaleRow } from '../sale-row.ts';

/** What a shopper was granted in all; an absent one stays as it is. */
export interface GivenBalances {
  readonly points?: number;
  readonly redPacketMinor?: number;
}

/**
 * Granted in all and used: points, and red packet in minor units, whose use may be above its grant,
 * for claims fill it too.
 */
export interface Balances {
  readonly points: number;
  readonly pointsUsed: number;
  readonly redPacket: number;
  readonly redPacketUsed: number;
}

interface GrantedRow {
  readonly shopper: ShopperId;
  readonly points: number;
  readonly packet: number;
}

const NONE: Balances = { points: 0, pointsUsed: 0, redPacket: 0, redPacketUsed: 0 };

const find = query<Balances>('books/balances/find');
const set = query('books/balances/set');
const ofSale = query<GrantedRow>('books/balances/of-sale');
const settleIn = query('books/balances/settle-in');

/** Zeros when the shopper was never granted any. */
export async function balancesOf(
  on: Queryable,
  sale: SaleId,
  shopper: ShopperId,
): Promise<Balances> {
  return (await rows(on, find, [sale, shopper]))[0] ?? NONE;
}

const balanceInstruction = ({ shopper, points, packet }: GrantedRow) =>
  ({ kind: 'balance', shopper, points, red_packet: packet }) as const;

/** At the first opening: balances granted so far go to their shoppers' home cells. */
export async function dealBalances(client: PoolClient, { id, cells }: SaleRow): Promise<ByCell> {
  const granted = await rows(client, ofSale, [id]);
  const homes = granted.map(({ shopper }) => homeCell(shopper, cells));
  const shoppers = granted.map(({ shopper }) => shopper);
  if (shoppers.length > 0) await run(client, settleIn, [id, shoppers, homes]);
  const told = Map.groupBy(granted, ({ shopper }) => homeCell(shopper, cells));
  return (cell) => (told.get(cell) ?? []).map(balanceInstruction);
}

/**
 * Sets what a shopper was granted in all. More may be granted at any time, ledger first; what was
 * granted in an opened sale may be spent already, and stays.
 */
export function putBalances(
  pool: Pool,
  id: SaleId,
  shopper: ShopperId,
  given: GivenBalances,
): Promise<Change> {
  return transaction(pool, async (client) => {
    const sale = await lockSale(client, id);
    if (!sale) return { kind: 'unknown' };
    if (sale.state === 'closed') return { kind: 'conflict', detail: 'the sale is closed' };
    const now = await balancesOf(client, id, shopper);
    const { points = now.points, redPacketMinor = now.redPacket } = given;
    const more = { shopper, points: points - now.points, packet: redPacketMinor - now.redPacket };
    if (more.points === 0 && more.packet === 0) return { kind: 'unchanged' };
    const isDraft = sale.state === 'draft';
    if (!isDraft && (more.points < 0 || more.packet < 0)) {
      return { kind: 'conflict', detail: 'a balance cannot be cut once the sale was opened' };
    }
    const cell = homeCell(shopper, sale.cells);
    await run(client, set, [id, shopper, isDraft ? null : cell, points, redPacketMinor]);
    if (!isDraft) await appendInstructions(client, { sale: id, cell }, [balanceInstruction(more)]);
    return { kind: 'changed' };
  });
}
