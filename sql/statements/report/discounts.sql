-- What promotions took from each store's lines, over orders that stand. Money in minor units.
-- $1 sale, $2 store, or null for all
select l.store, p.promotion, p.layer, p.funder, sum(s.share)::bigint as discount,
  count(distinct o.id) as orders
from orders o
join order_promotions p on p.order_id = o.id
cross join unnest(p.shares) with ordinality as s (share, place)
join order_lines l on l.order_id = o.id and l.line = s.place - 1
where o.sale = $1 and ($2::text is null or l.store = $2) and s.share > 0
  and o.state not in ('expired', 'cancelled')
group by l.store, p.promotion, p.layer, p.funder
order by l.store, p.promotion, p.layer, p.funder
