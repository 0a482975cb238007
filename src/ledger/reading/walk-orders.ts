import type { OrderId, ShopperId } from '../../domain/ids.ts';
import { query, rows } from '../../platform/query.ts';
import type { Queryable } from '../../platform/query.ts';

/** A place in a list that is sorted by time, newest first, and by id among equal times. */
export interface Position {
  /** Microseconds since 1970, as Postgres keeps times. */
  readonly atUs: number;
  /** Of the orders placed at that very time, those with a lower id come after this place. */
  readonly id: string;
}

/** An order in such a list. */
export interface Placing extends Position {
  readonly id: OrderId;
}

/** Before the newest order: a time in the year 2255, the last that a number holds exactly. */
export const NEWEST: Position = { atUs: 9_000_000_000_000_000, id: '' };

/** Which orders of a sale, before anything is known of their lines. */
export interface Stretch {
  readonly sale: string;
  /** Null: of all shoppers. */
  readonly shopper: ShopperId | null;
  readonly fromUs: number;
}

const newest = query<Placing>('reading/orders/newest');
const newestOfShopper = query<Placing>('reading/orders/newest-of-shopper');
const newestAcrossSales = query<Placing>('reading/orders/newest-across-sales');

/** Lists the next orders of a sale after a position, newest first. */
export function nextOrders(
  on: Queryable,
  { sale, shopper, fromUs }: Stretch,
  { atUs, id }: Position,
  most: number,
): Promise<Placing[]> {
  const range = [sale, fromUs, atUs, id, most];
  return shopper === null
    ? rows(on, newest, range)
    : rows(on, newestOfShopper, [...range, shopper]);
}

/** Lists a shopper's next orders in all sales after a position, newest first. */
export const nextOrdersAcrossSales = (
  on: Queryable,
  shopper: ShopperId,
  { atUs, id }: Position,
  most: number,
): Promise<Placing[]> => rows(on, newestAcrossSales, [shopper, atUs, id, most]);
