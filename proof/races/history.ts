import { inspect } from 'node:util';
import type { Pool } from 'pg';
import {
  movesOfOrder,
  paymentsOfOrder,
  refundsOfOrder,
} from '../../src/ledger/orders/read-order-history.ts';

/** Finds the order in a name that begins with it: of a payment, an event, a refund. */
const ORDER = /^[a-z0-9-]+_\d+_[A-Za-z0-9_-]{22}/;
const EVENTS = `select event_id, kind, outcome, reason, received_at from payment_events
  where order_id = $1 order by id`;
const CALLS = `select c.payment, c.kind, c.amount_minor, c.cause, c.refund, c.state
  from provider_calls c join payments p on p.id = c.payment where p.order_id = $1 order by c.id`;

/** All that the ledger knows about an order, in lines; none when the name has no order. */
export async function historyOf(pool: Pool, subject: string): Promise<string[]> {
  const [id] = ORDER.exec(subject) ?? [];
  if (id === undefined) return [];
  const parts = {
    moves: await movesOfOrder(pool, id),
    payments: await paymentsOfOrder(pool, id),
    refunds: await refundsOfOrder(pool, id),
    events: (await pool.query(EVENTS, [id])).rows,
    calls: (await pool.query(CALLS, [id])).rows,
  };
  const shown = (value: unknown) => inspect(value, { breakLength: Infinity });
  return [
    `order ${id}`,
    ...Object.entries(parts).flatMap(([name, list]) => {
      return list.map((one: unknown) => `  ${name}: ${shown(one)}`);
    }),
  ];
}
