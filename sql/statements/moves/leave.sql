-- Orders of a cell that are still in one state get another: whoever comes second finds none.
-- $1 sale, $2 cell, $3 orders, $4 state they are in, $5 state they get
with leaving as materialized (
  select id from orders
  where id = any ($3::text[]) and sale = $1 and cell = $2 and state = $4
  order by id
  for update
)
update orders o set state = $5, moved_at = now()
from leaving l
where o.id = l.id and o.state = $4
returning o.id, o.shopper, o.points_used as "pointsUsed",
  (extract(epoch from o.moved_at) * 1000)::bigint as "atMs"
