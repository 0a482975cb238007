-- Inserts a delivery about a refund that was given up for each endpoint that wants the kind. An
-- endpoint with a store learns only of refunds of its own lines, and what they amount to. A call
-- that is no refund, or is not dead, is passed over. Endpoints are found as in announce-orders.sql.
-- Money in minor units.
-- $1 provider call, $2 why it was given up, in a word
with about as materialized (
  select o.id, o.sale
  from provider_calls c
  join payments p on p.id = c.payment
  join orders o on o.id = p.order_id
  where c.id = $1 and c.kind = 'refund' and c.state = 'dead'
), stores as materialized (
  select distinct store from order_lines where order_id = (select id from about)
), listening as materialized (
  select number from webhooks
  where sale = (select sale from about)
    and removed_at is null and is_enabled and 'refund.failed' = any (kinds)
  union all
  select number from webhooks
  where sale is null and store is null
    and removed_at is null and is_enabled and 'refund.failed' = any (kinds)
  union all
  select number from webhooks
  where sale is null and store = any (array(select store from stores))
    and removed_at is null and is_enabled
    and 'refund.failed' = any (kinds)
)
insert into webhook_deliveries (webhook, kind, sale, body)
select w.number, 'refund.failed', case when w.sale is null then o.sale end,
  json_strip_nulls(json_build_object(
    'type', 'refund.failed',
    'version', 1,
    'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'data', json_build_object('refund', json_build_object(
      'id', c.refund,
      'order', o.id,
      'sale', o.sale,
      'payment', c.payment,
      'store', w.store,
      'amount', case when w.store is null then c.amount_minor else own.cash end,
      'currency', p.currency,
      'cause', c.cause,
      'reason', $2::text))))::text
from provider_calls c
join payments p on p.id = c.payment
join orders o on o.id = p.order_id
cross join listening n
join webhooks w on w.number = n.number
cross join lateral (
  select sum(r.cash_minor)::bigint as cash
  from refund_lines r
  join order_lines l on l.order_id = o.id and l.line = r.line
  where r.refund_id = c.refund and l.store = w.store
) own
where c.id = $1 and c.kind = 'refund' and c.state = 'dead' and (w.store is null or own.cash > 0)
for key share of w
