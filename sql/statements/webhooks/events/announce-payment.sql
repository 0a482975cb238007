-- Inserts a delivery about a failed payment for each endpoint that wants the kind and has a line in
-- the order. An endpoint with a store does not learn the amount: it is for all stores. Endpoints
-- are found as in announce-orders.sql. Money in minor units.
-- $1 payment, $2 why it failed, in a word
with about as materialized (
  select o.id, o.sale from payments p join orders o on o.id = p.order_id where p.id = $1
), stores as materialized (
  select distinct store from order_lines where order_id = (select id from about)
), listening as materialized (
  select number from webhooks
  where sale = (select sale from about)
    and removed_at is null and is_enabled and 'payment.failed' = any (kinds)
    and (store is null or store in (select store from stores))
  union all
  select number from webhooks
  where sale is null and store is null
    and removed_at is null and is_enabled and 'payment.failed' = any (kinds)
  union all
  select number from webhooks
  where sale is null and store = any (array(select store from stores))
    and removed_at is null and is_enabled
    and 'payment.failed' = any (kinds)
)
insert into webhook_deliveries (webhook, kind, sale, body)
select w.number, 'payment.failed', case when w.sale is null then o.sale end,
  json_strip_nulls(json_build_object(
    'type', 'payment.failed',
    'version', 1,
    'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'data', json_build_object('payment', json_build_object(
      'id', p.id,
      'order', p.order_id,
      'sale', o.sale,
      'store', w.store,
      'amount', case when w.store is null then p.amount_minor end,
      'currency', p.currency,
      'provider', p.provider,
      'reason', $2::text))))::text
from payments p
join orders o on o.id = p.order_id
cross join listening n
join webhooks w on w.number = n.number
where p.id = $1
for key share of w
