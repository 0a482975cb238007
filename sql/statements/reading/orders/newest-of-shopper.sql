-- A stretch of a shopper's orders in a sale, newest first.
-- $1 sale, $2 placed from (microseconds since 1970), $3 placed before (microseconds), $4 the orders
-- placed exactly then count if their id is below this one, $5 how many at most, $6 shopper
select id, (extract(epoch from placed_at) * 1000000)::bigint as "atUs"
from orders
where sale = $1 and shopper = $6
  and placed_at >= timestamptz 'epoch' + $2 * interval '1 microsecond'
  and (placed_at, id) < (timestamptz 'epoch' + $3 * interval '1 microsecond', $4)
order by placed_at desc, id desc
limit $5
