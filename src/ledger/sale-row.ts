import type { PoolClient } from 'pg';
import type { SaleId } from '../domain/ids.ts';
import type { Sale } from '../domain/sale.ts';
import { query, rows } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';

/** A sale without its stores, offers, budgets and promotions. */
export type SaleRow = Omit<Sale, 'stores' | 'offers' | 'budgets' | 'promotions'>;

const find = query<SaleRow>('terms/sales/find');
const latest = query<SaleRow>('terms/sales/latest');
const lock = query('terms/sales/lock');

export async function findSale(on: Queryable, sale: SaleId): Promise<SaleRow | null> {
  return (await rows(on, find, [sale]))[0] ?? null;
}

/** Sales of every state; the one that opens last comes first. */
export const latestSales = (on: Queryable, most: number): Promise<SaleRow[]> =>
  rows(on, latest, [most]);

/** Waits until every earlier change of the sale has committed, then reads the sale. */
export async function lockSale(client: PoolClient, sale: SaleId): Promise<SaleRow | null> {
  await rows(client, lock, [sale]);
  return findSale(client, sale);
}
