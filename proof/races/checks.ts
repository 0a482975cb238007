import type { Pool } from 'pg';
import { orderMoves } from '../../src/domain/order-states.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import type { BrokenPromise } from '../../src/ledger/audit.ts';

/** Each row is a broken promise: subject and detail. No check trusts the sums of other tables. */
const CHECKS = {
  'one winner': `
    select order_id as subject, string_agg(to_state, ', ' order by id) as detail
    from order_moves where to_state in ('paid', 'expired', 'cancelled')
    group by order_id having count(*) > 1`,

  history: `
    with steps as (
      select m.*, lag(to_state, 1, 'reserved') over w as before,
        lead(id) over w is null as is_last
      from order_moves m
      window w as (partition by order_id order by id)
    )
    select s.order_id as subject, format('%s: %s to %s, now %s', before, from_state, to_state,
      o.state) as detail
    from steps s
    left join orders o on o.id = s.order_id
    where o.id is null or before <> from_state or (is_last and o.state <> to_state)
      or not exists (select from unnest($1::text[], $2::text[]) as a (origin, target)
        where origin = from_state and target = to_state)`,

  captured: `
    select p.id as subject, format('captured for %s order, pays %s, goes back %s times: %s',
      o.state, p.pays, count(c.id), sum(c.amount_minor)) as detail
    from payments p
    join orders o on o.id = p.order_id
    left join provider_calls c on c.payment = p.id and c.kind = 'refund' and c.refund is null
    where p.state = 'captured'
    group by p.id, o.id
    having case when p.pays
      then count(c.id) > 0 or o.state not in ('paid', 'partly_refunded', 'refunded')
      else count(c.id) <> 1 or sum(c.amount_minor) <> o.total_minor end`,

  'paid once': `
    select o.id as subject, format('%s, %s payments pay', o.state, count(p.id)) as detail
    from orders o
    left join payments p on p.order_id = o.id and p.pays
    group by o.id
    having count(p.id)
      <> case when o.state in ('paid', 'partly_refunded', 'refunded') then 1 else 0 end`,

  'events once': `
    select e.event_id as subject, string_agg(e.outcome, ', ') as detail
    from payment_events e
    group by e.provider, e.event_id
    having count(*) > 1 or bool_or(e.outcome in ('unknown', 'refused'))`,

  'every capture recorded': `
    select e.event_id as subject, 'said captured, but the payment is ' || p.state as detail
    from payment_events e
    join payments p on p.id = e.payment
    where e.kind = 'captured' and p.state <> 'captured'`,

  'refunds within what was paid': `
    select r.order_id as subject, format('%s of %s', sum(r.cash_minor), o.total_minor) as detail
    from refunds r
    join orders o on o.id = r.order_id
    group by o.id, r.order_id
    having sum(r.cash_minor) > o.total_minor
      or (o.state = 'refunded' and sum(r.cash_minor) <> o.total_minor)
      or count(distinct (r.who, r.key)) <> count(*)`,

  'units refunded once': `
    select r.order_id as subject, format('line %s: %s of %s', t.line, sum(t.quantity),
      l.quantity) as detail
    from refund_lines t
    join refunds r on r.id = t.refund_id
    join order_lines l on l.order_id = r.order_id and l.line = t.line
    group by r.order_id, t.line, l.quantity
    having sum(t.quantity) > l.quantity`,

  'each refund asked of the provider once': `
    select r.id as subject, format('%s calls for %s', count(c.id), r.cash_minor) as detail
    from refunds r
    left join provider_calls c on c.refund = r.id and c.amount_minor = r.cash_minor
    group by r.id
    having count(c.id) <> case when r.cash_minor > 0 then 1 else 0 end`,

  'units exact': `
    with ended as (
      select order_id, to_state from order_moves where from_state = 'reserved'
    ),
    taken as (
      select o.sale, o.cell, l.offer, sum(l.quantity) filter (where e.order_id is null) as held,
        coalesce(sum(l.quantity) filter (where e.to_state = 'paid'), 0) as paid
      from orders o
      join order_lines l on l.order_id = o.id
      left join ended e on e.order_id = o.id
      group by o.sale, o.cell, l.offer
    ),
    restocked as (
      select o.sale, o.cell, l.offer, sum(t.quantity) as units
      from refund_lines t
      join refunds r on r.id = t.refund_id and r.restock
      join orders o on o.id = r.order_id
      join order_lines l on l.order_id = o.id and l.line = t.line
      group by o.sale, o.cell, l.offer
    )
    select format('%s.%s/%s', sale, cell, offer) as subject,
      format('held %s, not %s; sold %s, not %s less %s', a.held, t.held, a.sold, t.paid,
        b.units) as detail
    from allotments a
    left join taken t using (sale, cell, offer)
    left join restocked b using (sale, cell, offer)
    where a.held <> coalesce(t.held, 0)
      or a.sold <> coalesce(t.paid, 0) - coalesce(b.units, 0)`,

  'the cell gets back what was given up': `
    with told as (
      select i.sale, i.cell, u ->> 0 as offer, sum((u ->> 1)::bigint) as units
      from instructions i
      cross join jsonb_array_elements(i.body -> 'units') u
      where i.body ->> 'kind' = 'moved'
      group by i.sale, i.cell, u ->> 0
    ),
    given as (
      select o.sale, o.cell, l.offer, sum(case when m.to_state is null then l.restocked
        else l.quantity end) as units
      from orders o
      join order_lines l on l.order_id = o.id
      left join order_moves m on m.order_id = o.id and m.to_state in ('expired', 'cancelled')
      group by o.sale, o.cell, l.offer
    )
    select format('%s.%s/%s', sale, cell, offer) as subject,
      format('told of %s, given up %s', t.units, g.units) as detail
    from given g
    full join told t using (sale, cell, offer)
    where coalesce(t.units, 0) <> coalesce(g.units, 0)`,

  'the cell is told of each order once': `
    with told as (
      select format('%s_%s_%s', i.sale, i.cell, o ->> 1) as id, i.body ->> 'mark' as mark
      from instructions i
      cross join jsonb_array_elements(i.body -> 'orders') o
      where i.body ->> 'kind' = 'moved'
    )
    select coalesce(m.order_id, t.id) as subject,
      format('%s, told %s times', m.to_state, count(t.id)) as detail
    from (select * from order_moves where from_state = 'reserved') m
    full join told t on t.id = m.order_id
    group by m.order_id, t.id, m.to_state
    having count(t.id) <> 1 or m.order_id is null`,
} as const;

const WITH_MOVES = 'history';

/** All allowed moves of an order, as columns from and to. */
function movesAllowed(): [from: string[], to: string[]] {
  const pairs = Object.values(orderMoves).flatMap(({ from, to }) =>
    from.flatMap((one) => to.map((other): [string, string] => [one, other])),
  );
  return [pairs.map(([from]) => from), pairs.map(([, to]) => to)];
}

/** Everything wrong with a ledger that is at rest. */
export async function check(pool: Pool): Promise<BrokenPromise[]> {
  await pool.query('analyze');
  const found: BrokenPromise[] = [];
  for (const [promise, text] of Object.entries(CHECKS)) {
    const values = promise === WITH_MOVES ? movesAllowed() : [];
    const { rows } = await pool.query<Omit<BrokenPromise, 'promise'>>(text, values);
    found.push(...rows.map((row) => ({ promise, ...row })));
  }
  return [...found, ...(await auditLedger(pool, null))];
}
