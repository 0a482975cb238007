import { answerOf, listSellerOrders } from '../../../client/index.ts';
import type { Client, ListSellerOrdersData, SellerOrder } from '../../../client/index.ts';

export interface OrdersPage {
  readonly items: readonly SellerOrder[];
  /** Null: there are no older ones. */
  readonly next: string | null;
}

const LIMIT = '50';
/** A page may be empty though more follow. After this number the visitor asks for more. */
const EMPTY_PAGES_MOST = 10;

/** Reads orders, newest first, until some come or all are read. */
export async function readOrders(
  client: Client,
  sale: string,
  query: NonNullable<ListSellerOrdersData['query']>,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<OrdersPage> {
  let at = cursor;
  for (let pages = 1; ; pages++) {
    const { items, next } = await answerOf(
      listSellerOrders({
        client,
        path: { sale },
        query: { ...query, limit: LIMIT, ...(at === null ? {} : { cursor: at }) },
        ...(signal ? { signal } : {}),
      }),
    );
    if (items.length > 0 || next === null || pages === EMPTY_PAGES_MOST) return { items, next };
    at = next;
  }
}
