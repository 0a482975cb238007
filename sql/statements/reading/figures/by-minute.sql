-- What was ordered by the minute and offer, oldest first, without gifts. Money in minor units. A
-- minute in which nothing was ordered has no row. It reads the orders of the stretch and no others.
-- $1 sale, $2 placed from, $3 placed before (ms since 1970)
select (floor(extract(epoch from o.placed_at) / 60) * 60000)::bigint as "atMs", l.store, l.offer,
  count(*) as placed,
  sum(l.quantity)::bigint as units,
  coalesce(sum(l.quantity) filter
    (where o.state in ('paid', 'partly_refunded', 'refunded')), 0)::bigint as "paidUnits",
  coalesce(sum(l.net_minor) filter
    (where o.state in ('paid', 'partly_refunded', 'refunded')), 0)::bigint as "revenueMinor"
from orders o
join order_lines l on l.order_id = o.id
where o.sale = $1
  and o.placed_at >= timestamptz 'epoch' + $2::bigint * interval '1 millisecond'
  and o.placed_at < timestamptz 'epoch' + $3::bigint * interval '1 millisecond'
  and not l.is_gift
group by 1, 2, 3
order by 1
