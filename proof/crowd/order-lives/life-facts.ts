import type { Pool } from 'pg';
import type { OrderState } from '../../../src/domain/order.ts';

/** Reads the tables with its own statements, as `ledger-facts.ts` does. */
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
/** `refunded` is missing: the answer to a refund tells all, so its event is never news. */
const EVENTS = `
  select count(*) filter (where e.outcome = 'moved')::integer as moved,
    count(*) filter (where e.outcome = 'known')::integer as known,
    count(*) filter (where e.outcome = 'known' and e.kind <> 'refunded')::integer as late,
    count(*) filter (where e.outcome in ('unknown', 'refused'))::integer as kept
  from payment_events e
  join orders o on o.id = e.body ->> 'order'
  where o.sale = $1`;

/** An order in the ledger; money in minor units. */
export interface OrderFact {
  readonly id: string;
  readonly state: OrderState;
  readonly total: number;
  /** Cash refunded. */
  readonly refunded: number;
  readonly units: number;
  readonly unitsRefunded: number;
  readonly unitsRestocked: number;
}

/** The payments of a sale in the ledger; money in minor units. */
export interface LifeFacts {
  readonly orders: readonly OrderFact[];
  /** Captured payments, including those that went back, and refunds that the provider made. */
  readonly money: { readonly captured: number; readonly refunded: number };
  /** Calls to the provider that are due, and calls that were given up. */
  readonly calls: { readonly due: number; readonly dead: number };
  /**
   * Distinct events by their effect. `late` are those of `known` whose news an answer to a call, or
   * a later event, had brought before. `kept` ones wait for an operator.
   */
  readonly events: Readonly<Record<'moved' | 'known' | 'late' | 'kept', number>>;
}

async function one<Row extends object>(pool: Pool, text: string, sale: string): Promise<Row> {
  return (await pool.query<Row>(text, [sale])).rows[0]!;
}

export async function readLifeFacts(pool: Pool, sale: string): Promise<LifeFacts> {
  return {
    orders: (await pool.query<OrderFact>(ORDERS, [sale])).rows,
    money: await one(pool, MONEY, sale),
    calls: await one(pool, CALLS, sale),
    events: await one(pool, EVENTS, sale),
  };
}
