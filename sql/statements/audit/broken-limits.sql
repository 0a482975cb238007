-- Every row is a broken promise. A sound ledger gives none.
-- I6 no shopper has more units of an offer in live orders than its largest limit so far, more
-- unpaid orders than the sale's largest limit on them, or more than 64 orders. What a limit was,
-- the instructions to the sale's first cell say: a limit that was lowered breaks no promise.
-- $1 sale, or null for all sales
with chosen as (
  select id from sales where $1::text is null or id = $1
),
told as (
  select i.sale, i.body
  from instructions i
  join chosen c on c.id = i.sale
  where i.cell = 0 and i.body ->> 'kind' in ('offer', 'sale')
),
limits as (
  select sale, body ->> 'offer' as offer, max((body ->> 'limit')::bigint) as most
  from told
  where body ->> 'kind' = 'offer'
  group by sale, body ->> 'offer'
  having min((body ->> 'limit')::bigint) > 0
),
hold_limits as (
  select sale, max(coalesce((body ->> 'hold_limit')::bigint, 64)) as most
  from told
  where body ->> 'kind' = 'sale'
  group by sale
),
live as (
  select o.sale, o.shopper, l.offer, sum(l.quantity) as units
  from orders o
  join chosen c on c.id = o.sale
  join order_lines l on l.order_id = o.id
  where o.state not in ('expired', 'cancelled') and not l.is_gift
  group by o.sale, o.shopper, l.offer
),
placed as (
  select o.sale, o.shopper, count(*) as orders,
    count(*) filter (where o.state = 'reserved') as holds
  from orders o
  join chosen c on c.id = o.sale
  group by o.sale, o.shopper
)
select 'I6' as promise, format('%s/%s/%s', l.sale, l.shopper, l.offer) as subject,
  format('live orders have %s units, the limit is %s', l.units, m.most) as detail
from live l
join limits m using (sale, offer)
where l.units > m.most
union all
select 'I6', format('%s/%s', p.sale, p.shopper),
  format('%s unpaid orders, the limit is %s', p.holds, m.most)
from placed p
join hold_limits m using (sale)
where p.holds > m.most
union all
select 'I6', format('%s/%s', sale, shopper), format('%s orders, the limit is 64', orders)
from placed
where orders > 64
order by promise, subject
limit 1000
