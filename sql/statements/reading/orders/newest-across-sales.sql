-- A stretch of a shopper's orders in all sales, newest first. It looks once into each sale.
-- $1 shopper, $2 placed before (microseconds since 1970), $3 the orders placed exactly then count
-- if their id is below this one, $4 how many at most
select o.id, (extract(epoch from o.placed_at) * 1000000)::bigint as "atUs"
from sales s
cross join lateral (
  select id, placed_at from orders where sale = s.id and shopper = $1 offset 0
) o
where (o.placed_at, o.id) < (timestamptz 'epoch' + $2 * interval '1 microsecond', $3)
order by o.placed_at desc, o.id desc
limit $4
