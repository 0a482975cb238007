import type { Pool } from 'pg';
import type { Directory } from '../../cell/sale-directory.ts';
import type { SaleId } from '../../domain/ids.ts';
import type { LineView, OrderView } from '../../domain/order.ts';
import type { Offer } from '../../domain/sale.ts';
import { toTimestamp } from '../../domain/timestamps.ts';
import { wordsOfSale } from '../../ledger/reading/order-parts.ts';

/** An order of a shopper in all answers but that of the request that placed it. */
export interface NamedOrder extends OrderView {
  /** Null until the order is settled. */
  readonly createdAt: string | null;
  readonly currency: string;
  readonly lines: readonly (LineView & { readonly title: string })[];
}

export interface NamingDeps {
  readonly pool: Pool;
  readonly directory: Pick<Directory, 'sale'>;
}

/** An order before it is named. */
export interface Unnamed {
  readonly view: OrderView;
  /** Null: not settled yet. */
  readonly placedAtMs: number | null;
}

interface Words {
  readonly currency: string;
  /** The offer's present title; the id of an offer that is gone. */
  readonly titleOf: (offer: string) => string;
}

/** From memory while this process knows the sale; it forgets a sale a day after its end. */
async function wordsFor(
  { pool, directory }: NamingDeps,
  sale: SaleId,
  orders: readonly Unnamed[],
): Promise<Words> {
  const known = directory.sale(sale);
  if (known) {
    const offers: ReadonlyMap<string, Offer> = known.offers;
    const titleOf = (offer: string) => offers.get(offer)?.title ?? offer;
    return { currency: known.sale.currency, titleOf };
  }
  const offers = new Set(orders.flatMap(({ view }) => view.lines.map(({ offer }) => offer)));
  const words = await wordsOfSale(pool, sale, [...offers]);
  if (!words) throw new Error(`orders, but no sale: ${sale}`);
  return { currency: words.currency, titleOf: (offer) => words.titles[offer] ?? offer };
}

export function nameOrder({ view, placedAtMs }: Unnamed, words: Words): NamedOrder {
  return {
    ...view,
    createdAt: placedAtMs === null ? null : toTimestamp(placedAtMs),
    currency: words.currency,
    lines: view.lines.map((line) => ({ ...line, title: words.titleOf(line.offer) })),
  };
}

/** Adds to orders of one sale what a shop shows of them. */
export async function nameOrders(
  deps: NamingDeps,
  sale: SaleId,
  orders: readonly Unnamed[],
): Promise<NamedOrder[]> {
  const words = await wordsFor(deps, sale, orders);
  return orders.map((order) => nameOrder(order, words));
}
