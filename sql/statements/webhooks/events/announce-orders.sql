-- Inserts a delivery for each order and each endpoint that wants the kind. An endpoint with a store
-- gets only that store's lines and their total, and no refund of other stores' lines. Only
-- operators learn the shopper. Money in minor units. An endpoint for all sales is found by its
-- store, so that those of other stores cost nothing. The lock waits for a transaction that deletes
-- the endpoint: without it the reference would break, and the orders would look like poison.
-- $1 kind, $2 sales, $3 orders
with sold as materialized (
  select distinct order_id, store from order_lines where order_id = any ($3::text[])
), listening as materialized (
  select number, sale, store from webhooks
  where sale = any ($2::text[]) and removed_at is null and is_enabled and $1 = any (kinds)
  union all
  select number, sale, store from webhooks
  where sale is null and store is null and removed_at is null and is_enabled and $1 = any (kinds)
  union all
  select number, sale, store from webhooks
  where sale is null and store = any (array(select store from sold))
    and removed_at is null and is_enabled
    and $1 = any (kinds)
), told as (
  select n.number, s.order_id, n.sale from listening n join sold s on s.store = n.store
  union all
  select n.number, o.id, n.sale from listening n cross join unnest($3::text[]) o (id)
  where n.store is null
)
insert into webhook_deliveries (webhook, kind, sale, body)
select w.number, $1, case when w.sale is null then o.sale end, json_strip_nulls(json_build_object(
  'type', $1::text,
  'version', 1,
  'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'data', json_build_object('order', json_build_object(
    'id', o.id,
    'sale', o.sale,
    'state', o.state,
    'shopper', case when w.owner = '' then o.shopper end,
    'store', w.store,
    'total', case when w.store is null then o.total_minor else l.total end,
    'refunded', case when w.store is null then o.refunded_minor end,
    'lines', l.lines))))::text
from told t
join orders o on o.id = t.order_id and o.id = any ($3::text[])
  and (t.sale is null or t.sale = o.sale)
join webhooks w on w.number = t.number
cross join lateral (
  select sum(net_minor)::bigint as total, sum(refunded) as refunded_units,
    json_agg(json_build_object('line', line, 'offer', offer, 'store', store, 'quantity', quantity,
      'price', price_minor, 'activity', activity_minor, 'net', net_minor, 'refunded', refunded,
      'gift', case when is_gift then true end) order by line) as lines
  from order_lines
  where order_id = o.id and (w.store is null or store = w.store)
) l
where l.lines is not null
  and (w.store is null or $1 <> 'order.refunded' or l.refunded_units > 0)
for key share of w
