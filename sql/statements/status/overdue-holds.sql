-- Unpaid orders whose time is over, by sale. The index finds them, so the cost grows with their
-- number alone; at most 10,000 of a cell are counted.
-- $1 sales
select c.sale, sum(due.orders)::bigint as count,
  (extract(epoch from min(due.since)) * 1000)::bigint as "sinceMs"
from cells c
cross join lateral (
  select count(*) as orders, min(first.expires_at) as since
  from (
    select o.expires_at from orders o
    where o.sale = c.sale and o.cell = c.cell and o.state = 'reserved' and o.expires_at <= now()
    order by o.expires_at
    limit 10000
  ) first
) due
where c.sale = any ($1::text[]) and due.orders > 0
group by c.sale
