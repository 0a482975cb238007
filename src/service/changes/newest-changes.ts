import type { Pool } from 'pg';
import { BAD_CURSOR } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { newestChanges } from '../../ledger/changes/read-changes.ts';
import type { ChainedChange, ChangeAt } from '../../ledger/changes/read-changes.ts';
import { changeView } from './change-view.ts';
import type { ChangeView } from './change-view.ts';

/** A change with the sale that it belongs to; null: none. */
export interface PlacedChangeView extends ChangeView {
  readonly sale: string | null;
}

export interface NewestChanges {
  readonly items: readonly PlacedChangeView[];
  /** The cursor of the next page, which is older; null: there is none. */
  readonly next: string | null;
}

/** `<time in ms>_<number>_<sale>`, of the last change before the page. No sale: it ends there. */
const CURSOR = /^(\d{1,15})_(\d{1,15})_([a-z0-9-]{0,32})$/;

function readCursor(text: string): ChangeAt | null {
  const [, atMs, number, sale] = CURSOR.exec(text) ?? [];
  return sale === undefined ? null : { atMs: Number(atMs), number: Number(number), sale };
}

const cursorOf = ({ atMs, number, sale }: ChainedChange): string =>
  `${atMs}_${number}_${sale ?? ''}`;

/**
 * Lists the changes of all sales and of no sale, newest first.
 * @param cursor null: the first page @param limit 1 to 100
 */
export async function changesOfAll(
  { pool }: { readonly pool: Pool },
  { cursor, limit }: { readonly cursor: string | null; readonly limit: number },
): Promise<NewestChanges | Refusal> {
  const before = cursor === null ? null : readCursor(cursor);
  if (cursor !== null && before === null) return BAD_CURSOR;
  const found = await newestChanges(pool, before, limit + 1);
  const shown = found.slice(0, limit);
  const items = shown.map((change) => ({ sale: change.sale, ...changeView(change, null) }));
  return { items, next: found.length > limit ? cursorOf(shown.at(-1)!) : null };
}
