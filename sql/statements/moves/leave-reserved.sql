-- Orders of a cell that are still reserved get another state: whoever comes second finds none.
-- $1 sale, $2 cell, $3 orders, $4 state
with reserved as materialized (
  select id from orders
  where id = any ($3::text[]) and sale = $1 and cell = $2 and state = 'reserved'
  order by id
  for update
)
update orders o set state = $4, moved_at = now()
from reserved r
where o.id = r.id and o.state = 'reserved'
returning o.id, o.shopper, o.points_used as "pointsUsed",
  (extract(epoch from o.moved_at) * 1000)::bigint as "atMs"
