-- Decides every race between paying, expiring and cancelling: an order gets the new state only if
-- it is still in the old one. Each order is locked by its id alone, one after the other. If the
-- lock asked for the state as well, the planner could read all unpaid orders instead, until it has
-- statistics of the rush.
-- $1 orders, $2 old state, $3 new state
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
