-- Every row is a broken promise. A sound ledger gives none.
-- I11 captured money pays its order or goes back: every order that was paid with a total above 0
-- has exactly one payment that pays, of that total; every other captured payment is refunded whole;
-- the provider was asked for exactly what merchants refunded; no refund is given up.
-- $1 sale, or null for all sales
with chosen as (
  select id, currency from sales where $1::text is null or id = $1
),
tried as (
  select p.*, o.state as order_state, o.total_minor, c.currency as sale_currency
  from payments p
  join orders o on o.id = p.order_id
  join chosen c on c.id = o.sale
),
refunds as (
  select t.order_id, sum(r.amount_minor) as amount
  from tried t
  join provider_calls r on r.payment = t.id
  where r.refund is not null
  group by t.order_id
)
select 'I11' as promise, t.id as subject,
  format('captured %s and pays no order, but %s go back', t.amount_minor,
    coalesce(r.amount_minor, 0)) as detail
from tried t
left join provider_calls r on r.payment = t.id and r.kind = 'refund' and r.refund is null
where t.state = 'captured' and not t.pays
  and coalesce(r.amount_minor, 0) <> t.amount_minor
union all
select 'I11', t.id, format('pays %s %s for an order %s of %s %s', t.amount_minor, t.currency,
  t.order_state, t.total_minor, t.sale_currency)
from tried t
where t.pays and (t.order_state not in ('paid', 'partly_refunded', 'refunded')
  or t.amount_minor <> t.total_minor or t.currency <> t.sale_currency)
union all
select 'I11', t.id, 'pays its order, but all of it goes back'
from tried t
join provider_calls r on r.payment = t.id and r.kind = 'refund' and r.refund is null
where t.pays
union all
select 'I11', o.id, 'paid without a payment'
from orders o
join chosen c on c.id = o.sale
where o.state in ('paid', 'partly_refunded', 'refunded') and o.total_minor > 0
  and not exists (select from payments p where p.order_id = o.id and p.pays)
union all
select 'I11', o.id, format('refunded %s of %s, the provider was asked for %s', o.refunded_minor,
  o.total_minor, coalesce(r.amount, 0))
from orders o
join chosen c on c.id = o.sale
left join refunds r on r.order_id = o.id
where o.refunded_minor <> coalesce(r.amount, 0) or coalesce(r.amount, 0) > o.total_minor
union all
select 'I11', t.id, format('a refund of %s was given up: %s', r.amount_minor, r.error)
from tried t
join provider_calls r on r.payment = t.id
where r.kind = 'refund' and r.state = 'dead'
order by promise, subject
limit 1000
