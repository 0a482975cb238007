-- Inserts a delivery about a failed payment for each endpoint that wants the kind and has a line in
-- the order. An endpoint with a store does not learn the amount: it is for all stores. Money in
-- minor units.
-- $1 payment, $2 why it failed, in a word
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
join webhooks w on w.sale is null or w.sale = o.sale
where p.id = $1 and w.removed_at is null and 'payment.failed' = any (w.kinds)
  and (w.store is null
    or exists (select from order_lines l where l.order_id = o.id and l.store = w.store))
for key share of w
