-- Orders that are still in one state get another: whoever comes second finds none. Each is found by
-- its id alone.
-- $1 orders, $2 state they are in, $3 state they get
with leaving as materialized (
  select o.id
  from unnest($1::text[]) as named (id)
  join orders o on o.id = named.id
  where o.state = $2
  order by o.id
  for update of o
)
update orders o set state = $3, moved_at = now()
from leaving l
where o.id = l.id and o.state = $2
returning o.id, o.shopper, o.points_used as "pointsUsed",
  (extract(epoch from o.moved_at) * 1000)::bigint as "atMs"
