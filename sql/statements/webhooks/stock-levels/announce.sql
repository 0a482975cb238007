-- Compares what the ledger has left of each offer with the level last told, notes the new level,
-- and inserts a delivery for each endpoint that wants it. It looks only at sales that have an
-- endpoint for stock, and reads every allotment of those. low: at or below the warning line,
-- the rule of src/domain/terms/stock-level.ts.
with selling as materialized (
  select id from sales where state in ('open', 'paused')
), watching as materialized (
  select number, sale, store from webhooks
  where removed_at is null and is_enabled
    and kinds && array['stock.low', 'stock.sold_out', 'stock.back']
), listening as materialized (
  select w.number, w.kinds, w.store, w.sale is null as is_for_all, heard.sale
  from (
    select n.number, s.id from watching n join selling s on s.id = n.sale
    union all
    select n.number, s.id from watching n cross join selling s
    where n.sale is null and n.store is null
    union all
    select n.number, s.id from watching n
    join sale_stores m on m.store = n.store
    join selling s on s.id = m.sale
    where n.sale is null
  ) heard (number, sale)
  join webhooks w on w.number = heard.number and w.removed_at is null and w.is_enabled
  for key share of w
), counted as (
  select o.sale, o.id as offer, o.store, o.title, o.cap,
    coalesce(o.warn_units, o.cap * coalesce(o.warn_percent, 10) / 100) as warn_at,
    greatest(coalesce(sum(a.allotted - a.held - a.sold), 0), 0)::bigint as units_left
  from offers o
  left join allotments a on a.sale = o.sale and a.offer = o.id
  where o.sale in (select sale from listening)
  group by o.sale, o.id
), levels as (
  select *, case when units_left = 0 then 'sold_out' when units_left <= warn_at then 'low'
    else 'in_stock' end as level
  from counted
), changed as (
  select n.*, case when n.level = 'sold_out' then 'stock.sold_out'
    when s.level = 'sold_out' then 'stock.back' when n.level = 'low' then 'stock.low' end as kind
  from levels n
  left join stock_levels s on s.sale = n.sale and s.offer = n.offer
  where n.level <> coalesce(s.level, 'in_stock')
), noted as (
  insert into stock_levels (sale, offer, level)
  select sale, offer, level from changed order by sale, offer
  on conflict (sale, offer) do update set level = excluded.level
)
insert into webhook_deliveries (webhook, kind, sale, body)
select w.number, c.kind, case when w.is_for_all then c.sale end, json_build_object(
  'type', c.kind,
  'version', 1,
  'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'data', json_build_object('offer', json_build_object('id', c.offer, 'sale', c.sale,
    'store', c.store, 'title', c.title, 'stock', c.level, 'unitsLeft', c.units_left,
    'cap', c.cap)))::text
from changed c
join listening w on w.sale = c.sale and c.kind = any (w.kinds)
  and (w.store is null or w.store = c.store)
