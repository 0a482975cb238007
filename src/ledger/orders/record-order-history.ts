import type { PoolClient } from 'pg';
import type { Mover } from '../../domain/order-states.ts';
import type { OrderState } from '../../domain/order.ts';
import { query, run } from '../../platform/query.ts';

/** Orders that moved from one state to another. */
export interface Moved {
  readonly orders: readonly string[];
  readonly from: OrderState;
  readonly to: OrderState;
}

const record = query('orders/moves/record');

/** Writes a move into the orders' history, in the transaction that moves them. */
export async function recordOrderHistory(
  client: PoolClient,
  { orders, from, to }: Moved,
  { who, why }: Mover,
): Promise<void> {
  await run(client, record, [orders, from, to, who, why]);
}
