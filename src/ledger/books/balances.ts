import type { PoolClient } from 'pg';
import { homeCell } from '../../domain/ids.ts';
import type { SaleId, ShopperId } from '../../domain/ids.ts';
import { query, rows, run } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';
import type { ByCell } from './pots.ts';
import type { SaleRow } from '../sale-row.ts';

/**
 * What a shopper was granted in all, and what orders used: points, and red packet in minor units.
 * Claims fill a red packet too, so its use may be above its grant.
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
const ofSale = query<GrantedRow>('books/balances/of-sale');
const setHomeCells = query('books/balances/set-home-cells');

/** @returns zeros when the shopper was granted nothing */
export async function balancesOf(
  on: Queryable,
  sale: SaleId,
  shopper: ShopperId,
): Promise<Balances> {
  return (await rows(on, find, [sale, shopper]))[0] ?? NONE;
}

/** Tells a cell by how much a shopper's balances rise. */
export const balanceInstruction = ({ shopper, points, packet }: GrantedRow) =>
  ({ kind: 'balance', shopper, points, red_packet: packet }) as const;

/** At the first opening, gives the balances granted so far to their shoppers' home cells. */
export async function dealBalances(client: PoolClient, { id, cells }: SaleRow): Promise<ByCell> {
  const granted = await rows(client, ofSale, [id]);
  const homes = granted.map(({ shopper }) => homeCell(shopper, cells));
  const shoppers = granted.map(({ shopper }) => shopper);
  if (shoppers.length > 0) await run(client, setHomeCells, [id, shoppers, homes]);
  const told = Map.groupBy(granted, ({ shopper }) => homeCell(shopper, cells));
  return (cell) => (told.get(cell) ?? []).map(balanceInstruction);
}
