-- What was ordered and paid of each offer, in minor units. It reads every order of the sale.
-- $1 sale
select l.offer, count(*) filter (where not l.is_gift) as placed,
  coalesce(sum(l.net_minor) filter
    (where o.state in ('paid', 'partly_refunded', 'refunded')), 0)::bigint as "revenueMinor",
  coalesce(sum(l.quantity) filter
    (where o.placed_at > now() - interval '5 minutes'), 0)::bigint as "recentUnits"
from orders o
join order_lines l on l.order_id = o.id
where o.sale = $1
group by l.offer
