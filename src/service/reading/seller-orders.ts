import type { Pool } from 'pg';
import type { OfferId, SaleId, ShopperId, StoreId } from '../../domain/ids.ts';
import type { OrderState } from '../../domain/order.ts';
import { NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { partsOf } from '../../ledger/reading/order-parts.ts';
import type { OrderPart } from '../../ledger/reading/order-parts.ts';
import { mayRead } from '../../ledger/sale-stores.ts';
import { NEWEST, nextOrders } from '../../ledger/reading/walk-orders.ts';
import type { Position } from '../../ledger/reading/walk-orders.ts';
import { within } from '../../platform/deadline.ts';

export type { OrderPart } from '../../ledger/reading/order-parts.ts';
export type { Position } from '../../ledger/reading/walk-orders.ts';

/** Which orders of a sale a seller asks for; null: no such condition. */
export interface OrdersAsked {
  readonly sale: SaleId;
  /** The merchant's own, or the one that an operator chose. Only its lines are shown. */
  readonly store: StoreId | null;
  readonly shopper: ShopperId | null;
  /** For a seller who does not know the shoppers by their ids. */
  readonly isShopper: ((shopper: ShopperId) => boolean) | null;
  readonly offer: OfferId | null;
  /** Of the part that is shown. */
  readonly state: OrderState | null;
  /** Placed from then on. */
  readonly fromMs: number | null;
  /** Placed before then. */
  readonly untilMs: number | null;
}

export interface PartsPage {
  readonly items: readonly OrderPart[];
  /** Where the next page begins; null: there is none. */
  readonly next: Position | null;
}

interface Step {
  /** Those that were asked for, among the orders looked at. */
  readonly parts: readonly OrderPart[];
  readonly looked: number;
  /** Of the last order looked at. */
  readonly at: Position;
}

const US_PER_MS = 1_000;
const STEP_GROWTH = 4;
/** Small: the event loop stands still while the rows of a step are read. */
const STEP_MAX = 250;
const STEP_MS = 10_000;
/** A page ends after this number of orders, even if few of them are asked for. */
const LOOK_MAX = 5_000;

/**
 * Walks over the orders of a sale, newest first, in steps that grow while they find too little.
 * Each step is a read of its own: no snapshot and no connection is kept between two steps.
 */
async function* walk(
  { pool }: { readonly pool: Pool },
  asked: OrdersAsked,
  from: Position,
  firstStep: number,
): AsyncGenerator<Step> {
  const stretch = { ...asked, fromUs: (asked.fromMs ?? 0) * US_PER_MS };
  const { isShopper } = asked;
  let at = from;
  for (let most = firstStep; ; most = Math.min(most * STEP_GROWTH, STEP_MAX)) {
    const placings = await within(STEP_MS, () => nextOrders(pool, stretch, at, most));
    if (placings.length === 0) return;
    const ids = placings.map(({ id }) => id);
    const found = await within(STEP_MS, () => partsOf(pool, ids, asked));
    const parts = isShopper ? found.filter(({ shopper }) => isShopper(shopper)) : found;
    at = placings.at(-1)!;
    yield { parts, looked: placings.length, at };
    if (placings.length < most) return;
  }
}

const beginning = ({ untilMs }: OrdersAsked): Position =>
  untilMs === null ? NEWEST : { atUs: untilMs * US_PER_MS, id: '' };

/**
 * A page of the orders of a sale, newest first. It looks at 5,250 orders at most, so it may have
 * fewer items than the limit although more follow.
 * @param after `next` of the previous page; null: the first page
 */
export async function sellerOrders(
  deps: { readonly pool: Pool },
  asked: OrdersAsked,
  after: Position | null,
  limit: number,
): Promise<PartsPage | Refusal> {
  if (!(await mayRead(deps.pool, asked.sale, asked.store))) return NOT_FOUND;
  const items: OrderPart[] = [];
  let looked = 0;
  for await (const step of walk(deps, asked, after ?? beginning(asked), limit + 1)) {
    items.push(...step.parts);
    looked += step.looked;
    if (items.length > limit) return { items: items.slice(0, limit), next: items[limit - 1]! };
    if (looked >= LOOK_MAX) return { items, next: step.at };
  }
  return { items, next: null };
}

async function* partsIn(steps: AsyncGenerator<Step>): AsyncGenerator<readonly OrderPart[]> {
  for await (const { parts } of steps) if (parts.length > 0) yield parts;
}

/**
 * Every order of a sale that was asked for, newest first, in pieces of at most 250. It has each
 * order once that was in the ledger when it began, as it stands when its piece is read.
 */
export async function allSellerOrders(
  deps: { readonly pool: Pool },
  asked: OrdersAsked,
): Promise<AsyncIterable<readonly OrderPart[]> | Refusal> {
  if (!(await mayRead(deps.pool, asked.sale, asked.store))) return NOT_FOUND;
  return partsIn(walk(deps, asked, beginning(asked), STEP_MAX));
}
