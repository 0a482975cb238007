import Type from 'typebox';
import type { Static, TSchema } from 'typebox';
import { BAD_CURSOR } from '../domain/refusals.ts';
import type { HttpRefusal } from './problem-catalogue.ts';
import { namedAfter, strict, textOrNull } from './schemas.ts';

const DIGITS_TO_100 = '^([1-9][0-9]?|100)$';
export const PageQuery = strict({
  limit: Type.Optional(
    Type.String({
      pattern: DIGITS_TO_100,
      default: '50',
      description: 'The number of items, 1 to 100.',
    }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: 'The `next` of the previous page.' }),
  ),
});
type PageQuery = Static<typeof PageQuery>;

/** The schema of a page: some items of a list, and the cursor of the next page. */
export const page = (item: TSchema) => {
  const next = textOrNull('The `cursor` of the next page; null: this page is the last.');
  return namedAfter(item, (name) => `${name}Page`, strict({ items: Type.Array(item), next }));
};

/** The items of a list to answer, and the cursor of the next page. */
export interface PageRange {
  readonly from: number;
  readonly to: number;
  readonly next: string | null;
}

const DEFAULT_LIMIT = 50;

/** How many items a page has at most. */
export const limitOf = ({ limit }: Pick<PageQuery, 'limit'>): number =>
  limit === undefined ? DEFAULT_LIMIT : Number(limit);

/** What a query asks of a list that the ledger pages. `cursor` null: the first page. */
export const pageOf = (query: PageQuery) => ({
  cursor: query.cursor ?? null,
  limit: limitOf(query),
});

/** A cursor names the last item of the previous page, so it stays right while the list grows. */
export function pageAfter(ids: readonly string[], query: PageQuery): PageRange | HttpRefusal {
  const { cursor } = query;
  const last = cursor === undefined ? null : Buffer.from(cursor, 'base64url').toString();
  const from = last === null ? 0 : ids.indexOf(last) + 1;
  if (last !== null && from === 0) return BAD_CURSOR;
  const to = Math.min(from + limitOf(query), ids.length);
  const next = to < ids.length ? Buffer.from(ids[to - 1]!).toString('base64url') : null;
  return { from, to, next };
}
