import type { Pool } from 'pg';
import type { ShopperId } from '../../domain/ids.ts';
import { settledView } from '../../domain/order.ts';
import { EVERYTHING, partsOf } from '../../ledger/reading/order-parts.ts';
import type { OrderPart } from '../../ledger/reading/order-parts.ts';
import { NEWEST, nextOrdersAcrossSales } from '../../ledger/reading/walk-orders.ts';
import type { Position } from '../../ledger/reading/walk-orders.ts';
import { nameOrder } from '../selling/named-order.ts';
import type { NamedOrder } from '../selling/named-order.ts';

export interface OrdersPage {
  readonly items: readonly NamedOrder[];
  /** Where the next page begins; null: there is none. */
  readonly next: Position | null;
}

const US_PER_MS = 1_000;

function namedOf(part: OrderPart): NamedOrder {
  const titles = new Map<string, string>(part.lines.map(({ offer, title }) => [offer, title]));
  const { currency, state, atUs } = part;
  const order = { view: settledView(part, state), placedAtMs: Math.floor(atUs / US_PER_MS) };
  return nameOrder(order, { currency, titleOf: (offer) => titles.get(offer)! });
}

/**
 * A page of the settled orders of a shopper in all sales, newest first.
 * @param after `next` of the previous page; null: the first page
 */
export async function ordersOfShopper(
  { pool }: { readonly pool: Pool },
  shopper: ShopperId,
  after: Position | null,
  limit: number,
): Promise<OrdersPage> {
  const placings = await nextOrdersAcrossSales(pool, shopper, after ?? NEWEST, limit + 1);
  const shown = placings.slice(0, limit);
  const parts = await partsOf(
    pool,
    shown.map(({ id }) => id),
    EVERYTHING,
  );
  return { items: parts.map(namedOf), next: placings.length > limit ? shown.at(-1)! : null };
}
