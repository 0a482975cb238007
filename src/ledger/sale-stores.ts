import { isDeepStrictEqual } from 'node:util';
import type { PoolClient } from 'pg';
import type { SaleId, StoreId } from '../domain/ids.ts';
import { DEFAULT_BOUNDS } from '../domain/sale.ts';
import type { SaleStore, StoreBounds } from '../domain/sale.ts';
import { query, rows, run } from '../platform/query.ts';
import type { Queryable } from '../platform/query.ts';
import { findSale, lockSale } from './sale-row.ts';
import type { SaleRow } from './sale-row.ts';

interface Standing extends StoreBounds {
  readonly isMember: boolean;
  readonly isAnnounced: boolean;
}

/** A sale that a merchant or an operator may change. `bounds` null: an operator changes it. */
export interface SaleForChange {
  readonly sale: SaleRow;
  readonly bounds: StoreBounds | null;
}

/** A sale that is locked for a change. */
export interface LockedSale extends SaleForChange {
  readonly kind: 'locked';
}

/** `foreign`: the store sees the sale, but is not a member · `unknown`: it sees no such sale. */
type NotLocked = { readonly kind: 'unknown' | 'foreign' };

const ofSale = query<SaleStore>('terms/stores/of-sale');
const findStanding = query<Standing>('terms/stores/standing');
const isReadable = query<{ isSo: boolean }>('terms/stores/is-readable');
const add = query('terms/stores/add');
const put = query('terms/stores/put');
const findNeeded = query<{ store: string }>('terms/stores/needed');
const removeOthers = query('terms/stores/remove-others');

/** The stores that are members of a sale, by id. */
export const storesOfSale = (on: Queryable, sale: SaleId): Promise<SaleStore[]> =>
  rows(on, ofSale, [sale]);

/**
 * Whether there is such a sale for a caller.
 * @param store the merchant's, which must be a member; null: an operator asks
 */
export const mayRead = async (on: Queryable, sale: SaleId, store: string | null) =>
  (await rows(on, isReadable, [sale, store]))[0]!.isSo;

async function forChange(
  on: Queryable,
  sale: SaleRow | null,
  store: string | null,
): Promise<SaleForChange | NotLocked> {
  if (!sale) return { kind: 'unknown' };
  if (store === null) return { sale, bounds: null };
  const [standing] = await rows(on, findStanding, [sale.id, store]);
  if (standing?.isMember) return { sale, bounds: standing };
  return { kind: standing?.isAnnounced ? 'foreign' : 'unknown' };
}

/**
 * Locks a sale as `lockSale` does, for a change by a merchant or an operator.
 * @param store the merchant's; null: an operator makes the change
 */
export async function lockSaleFor(
  client: PoolClient,
  id: SaleId,
  store: string | null,
): Promise<LockedSale | NotLocked> {
  const found = await forChange(client, await lockSale(client, id), store);
  return 'kind' in found ? found : { kind: 'locked', ...found };
}

/** Finds a sale for a change that is only previewed: it is not locked. */
export const findSaleFor = async (
  on: Queryable,
  id: SaleId,
  store: string | null,
): Promise<SaleForChange | NotLocked> => forChange(on, await findSale(on, id), store);

/**
 * Makes a store a member of a locked sale, with the default bounds. A member keeps its own: then
 * nothing is written, because each write makes every process read all sales again.
 */
export async function addStore(client: PoolClient, sale: SaleId, store: StoreId): Promise<void> {
  const [standing] = await rows(client, findStanding, [sale, store]);
  if (standing?.isMember) return;
  const { offersMax, promotionsMax } = DEFAULT_BOUNDS;
  await run(client, add, [sale, store, offersMax, promotionsMax]);
}

/**
 * A store with an offer, a budget, a promotion or an endpoint in the sale that would not be a
 * member any more; null: there is none.
 */
export async function storeLeftOut(
  on: Queryable,
  sale: SaleId,
  stores: readonly SaleStore[],
): Promise<string | null> {
  const staying = stores.map(({ store }) => store);
  return (await rows(on, findNeeded, [sale, staying]))[0]?.store ?? null;
}

/** Makes exactly these stores the members of a sale. @returns false when they already are */
export async function setStores(
  on: Queryable,
  sale: SaleId,
  stores: readonly SaleStore[],
): Promise<boolean> {
  const byStore = stores.toSorted((one, other) => (one.store < other.store ? -1 : 1));
  if (isDeepStrictEqual(byStore, await storesOfSale(on, sale))) return false;
  const staying = byStore.map(({ store }) => store);
  await run(on, removeOthers, [sale, staying]);
  await run(on, put, [
    sale,
    staying,
    byStore.map(({ offersMax }) => offersMax),
    byStore.map(({ promotionsMax }) => promotionsMax),
  ]);
  return true;
}
