import { parseOrderId } from '../../domain/ids.ts';
import type { ShopperId, StoreId } from '../../domain/ids.ts';
import type { OrderState } from '../../domain/order.ts';
import type { Role } from '../../domain/people/actor.ts';
import { isRefusal, NOT_FOUND } from '../../domain/refusals.ts';
import type { Refusal } from '../../domain/refusals.ts';
import { movesOfOrder } from '../../ledger/orders/read-order-history.ts';
import type { PastMove } from '../../ledger/orders/read-order-history.ts';
import { findPart, paymentsOfPart, refundsOfPart } from '../../ledger/reading/order-parts.ts';
import type { OrderPart, PaymentOfOrder, RefundOfPart } from '../../ledger/reading/order-parts.ts';
import { mayRead } from '../../ledger/sale-stores.ts';
import { transaction } from '../../platform/postgres.ts';
import { awaitSettledOrder } from '../orders/await-settled-order.ts';
import type { AwaitSettledOrderDeps } from '../orders/await-settled-order.ts';

export type { PaymentOfOrder, RefundOfPart } from '../../ledger/reading/order-parts.ts';

/** Who reads an order. A merchant has a store and sees only what belongs to it. */
export interface OrderReader {
  readonly sub: ShopperId;
  readonly role: Role;
  readonly store: StoreId | null;
}

/** An order with all that happened to it, as far as its reader may know. */
export interface OrderDetails {
  readonly part: OrderPart;
  /** Null: the reader sees only a part, and a payment pays for the whole. */
  readonly payments: readonly PaymentOfOrder[] | null;
  readonly refunds: readonly RefundOfPart[];
  readonly moves: readonly PastMove[];
}

/** The moves of an order that are also moves of every part of it. */
const OF_EVERY_PART: readonly OrderState[] = ['paid', 'expired', 'cancelled'];

async function readDetails(
  { pool }: AwaitSettledOrderDeps,
  id: string,
  store: StoreId | null,
): Promise<OrderDetails | null> {
  const read = { isolation: 'repeatable read' } as const;
  return transaction(
    pool,
    async (client) => {
      const part = await findPart(client, id, store);
      if (!part || !(await mayRead(client, part.sale, store))) return null;
      const payments = store === null ? await paymentsOfPart(client, id) : null;
      const refunds = await refundsOfPart(client, id, store);
      const all = await movesOfOrder(client, id);
      const moves = store === null ? all : all.filter(({ to }) => OF_EVERY_PART.includes(to));
      return { part, payments, refunds, moves };
    },
    read,
  );
}

/**
 * An order of its owner, of a merchant's store, or any order for an operator. The owner's may just
 * have been placed: this waits until the ledger has it.
 * @returns `not_found`, also when the reader may not see it; `busy` when it did not settle in time
 */
export async function orderDetails(
  deps: AwaitSettledOrderDeps,
  id: string,
  { sub, role, store }: OrderReader,
): Promise<OrderDetails | Refusal> {
  if (!parseOrderId(id)) return NOT_FOUND;
  if (role === 'shopper') {
    const own = await awaitSettledOrder(deps, id, sub);
    if (isRefusal(own)) return own;
  }
  return (await readDetails(deps, id, store)) ?? NOT_FOUND;
}
