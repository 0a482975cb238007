import type { Pool } from 'pg';
import type { OrderState } from '../../../src/domain/order.ts';

/** Straight from the tables, as in `ledger-facts.ts`. */
const ORDERS = `
  select o.id, o.state, o.total_minor as total, o.refunded_minor as refunded,
    sum(l.quantity)::integer as units, sum(l.refunded)::integer as "unitsRefunded",
    sum(l.restocked)::integer as "unitsRestocked"
  from orders o
  join order_lines l on l.order_id = o.id
  where o.sale = $1
  group by o.id
  order by o.id`;
const MONEY = `
  select coalesce(sum(p.amount_minor) filter (where p.state = 'captured'), 0)::bigint as captured,
    (select coalesce(sum(c.amount_minor), 0)::bigint
      from provider_calls c
      join payments p on p.id = c.payment
      join orders o on o.id = p.order_id
      where o.sale = $1 and c.kind = 'refund' and c.state = 'done') as refunded
  from payments p
  join orders o on o.id = p.order_id
  where o.sale = $1`;
const CALLS = `
  select count(*) filter (where c.state = 'due')::integer as due,
    count(*) filter (where c.state = 'dead')::integer as dead
  from provider_calls c
  join payments p on p.id = c.payment
  join orders o on o.id = p.order_id
  where o.sale = $1`;
/** `refunded`: the answer to a refund says it all, so its event is never news. */
const EVENTS = `
  select count(*) filter (where e.outcome = 'moved')::integer as moved,
    count(*) filter (where e.outcome = 'known')::integer as known,
    count(*) filter (where e.outcome = 'known' and e.kind <> 'refunded')::integer as late,
    count(*) filter (where e.outcome in ('unknown', 'refused'))::integer as kept
  from payment_events e
  join orders o on o.id = e.body ->> 'order'
  where o.sale = $1`;

/** An order as the ledger has it; money in minor units. */
export interface OrderFact {
  readonly id: string;
  readonly state: OrderState;
  readonly total: number;
  /** Cash. */
  readonly refunded: number;
  readonly units: number;
  readonly unitsRefunded: number;
  readonly unitsRestocked: number;
}

/** What the ledger says of a sale's payments; money in minor units. */
export interface LifeFacts {
  readonly orders: readonly OrderFact[];
  /** Payments captured, whether they paid an order or went back, and refunds the provider made. */
  readonly money: { readonly captured: number; readonly refunded: number };
  /** What the provider has still to be asked, and what was given up. */
  readonly calls: { readonly due: number; readonly dead: number };
  /**
   * Different events, by what they did: `late` of the `known` ones told what the answer to a call,
   * or a later event, had told; `kept` ones wait for an operator.
   */
  readonly events: Readonly<Record<'moved' | 'known' | 'late' | 'kept', number>>;
}

async function one<Row extends object>(pool: Pool, text: string, sale: string): Promise<Row> {
  return (await pool.query<Row>(text, [sale])).rows[0]!;
}

export const readCalls = (pool: Pool, sale: string): Promise<LifeFacts['calls']> =>
  one(pool, CALLS, sale);

export async function readLifeFacts(pool: Pool, sale: string): Promise<LifeFacts> {
  return {
    orders: (await pool.query<OrderFact>(ORDERS, [sale])).rows,
    money: await one(pool, MONEY, sale),
    calls: await readCalls(pool, sale),
    events: await one(pool, EVENTS, sale),
  };
}
