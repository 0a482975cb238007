import { answerOf, listSellerOrders } from '../../../client/index.ts';
import type { Client, ListSellerOrdersData, SellerOrder } from '../../../client/index.ts';
import type { Part } from '../../kit/page/pages.ts';

/** A page may be empty though more follow. After this number the visitor asks for more. */
const EMPTY_PAGES_MOST = 10;

/**
 * Reads orders, newest first, until some come or all are read.
 * @param query may begin at a cursor
 */
export async function readOrders(
  client: Client,
  sale: string,
  query: NonNullable<ListSellerOrdersData['query']>,
  signal: AbortSignal,
): Promise<Part<SellerOrder>> {
  let { cursor } = query;
  for (let pages = 1; ; pages++) {
    const { items, next } = await answerOf(
      listSellerOrders({
        client,
        path: { sale },
        query: { ...query, ...(cursor === undefined ? {} : { cursor }) },
        signal,
      }),
    );
    if (items.length > 0 || next === null || pages === EMPTY_PAGES_MOST) return { items, next };
    cursor = next;
  }
}
