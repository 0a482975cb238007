-- What promotions took from each store's lines, over all orders but expired and cancelled ones,
-- without the shares of refunded units. Money in minor units.
-- It reads every order of the sale, and joins and sums only the store's lines. At most 10,000 rows,
-- by store, then promotion.
-- $1 sale, $2 store, or null for all stores
select l.store, p.promotion, p.layer, p.funder,
  sum(p.shares[l.line + 1] - p.shares[l.line + 1] * l.refunded / l.quantity)::bigint as discount,
  count(distinct o.id) as orders
from orders o
join order_lines l on l.order_id = o.id and l.refunded < l.quantity
  and ($2::text is null or l.store = $2)
join order_promotions p on p.order_id = l.order_id and p.shares[l.line + 1] > 0
where o.sale = $1 and o.state not in ('expired', 'cancelled')
group by l.store, p.promotion, p.layer, p.funder
order by l.store, p.promotion, p.layer, p.funder
limit 10000
