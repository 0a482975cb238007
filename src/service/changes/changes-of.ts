import type { Pool } from 'pg';
import type { SaleId } from '../../domain/ids.ts';
import { BAD_CURSOR, NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { changesOfSale } from '../../ledger/changes/read-changes.ts';
import type { ChangeFilter } from '../../ledger/changes/read-changes.ts';
import { mayRead } from '../../ledger/sale-stores.ts';
import { changeView } from './change-view.ts';
import type { ChangeView } from './change-view.ts';

export interface ChangesRequest extends Omit<ChangeFilter, 'owner'> {
  /** Null: the first page. */
  readonly cursor: string | null;
  /** 1 to 100. */
  readonly limit: number;
}

export interface ChangesPage {
  readonly items: readonly ChangeView[];
  /** The cursor of the next page; null: there is none. */
  readonly next: string | null;
}

const CURSOR = /^\d{1,15}$/;

/**
 * Lists changes, oldest first. A cursor is the number of the last change before the page.
 * @param sale null: the changes that belong to no sale
 * @param store the merchant's, who sees changes of the store's own things; null: an operator
 */
export async function changesOf(
  { pool }: { readonly pool: Pool },
  sale: SaleId | null,
  { cursor, limit, ...filter }: ChangesRequest,
  store: string | null,
): Promise<ChangesPage | Refusal> {
  if (cursor !== null && !CURSOR.test(cursor)) return BAD_CURSOR;
  const isReadable = sale === null || (await mayRead(pool, sale, store));
  // An operator reads the changes of a sale that was deleted.
  if (!isReadable && store !== null) return NOT_FOUND;
  const asked = { ...filter, owner: store };
  const found = await changesOfSale(pool, sale, asked, Number(cursor ?? 0), limit + 1);
  if (!isReadable && found.length === 0) return NOT_FOUND;
  const items = found.slice(0, limit).map((change) => changeView(change, store));
  return { items, next: found.length > limit ? String(items.at(-1)!.number) : null };
}
