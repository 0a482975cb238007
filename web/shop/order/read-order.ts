import { answerOf, getOrder, getOrderDetails, getSale } from '../../../client/index.ts';
import type { GetSaleResponse, Order, OrderDetails } from '../../../client/index.ts';
import type { Page } from '../../kit/page/page.ts';

/** All that the page of an order shows. */
export interface ShownOrder {
  readonly order: Order;
  /** Null until the ledger has the order. */
  readonly details: OrderDetails | null;
  /** Names promotions; null when it could not be read. */
  readonly sale: GetSaleResponse | null;
}

/** @param known the sale, if it was read before; null: read it */
export async function readOrder(
  { connection: { read } }: Pick<Page, 'connection'>,
  { sale, order }: { readonly sale: string; readonly order: string },
  known: ShownOrder['sale'],
  signal: AbortSignal,
): Promise<ShownOrder> {
  // The page is complete without the sale, which only gives discounts their names.
  const ofSale =
    known ?? answerOf(getSale({ client: read, path: { sale }, signal })).catch(() => null);
  const found = await answerOf(getOrder({ client: read, path: { order }, signal }));
  const details = found.settled
    ? await answerOf(getOrderDetails({ client: read, path: { order }, signal }))
    : null;
  return { order: found, details, sale: await ofSale };
}
