-- Orders that are still in one state get another: whoever comes second finds none. Each is locked
-- by its id alone, one after the other: asked for the state as well, the planner may read all that
-- is unpaid instead, for as long as it has no figures of a rush.
-- $1 orders, $2 state they are in, $3 state they get
with found as materialized (
  select o.id, o.state
  from (select id from unnest($1::text[]) as n (id) order by id collate "C") named
  cross join lateral (
    select id, state from orders where id = named.id offset 0 for update
  ) o
)
update orders o set state = $3, moved_at = now()
from found f
where o.id = f.id and f.state = $2
returning o.id, o.shopper, o.points_used as "pointsUsed",
  (extract(epoch from o.moved_at) * 1000)::bigint as "atMs"
