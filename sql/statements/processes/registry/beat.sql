-- Renews the row of a process, or makes it.
-- $1 id, $2 name, $3 protocol, $4 whether it acknowledges orders, $5 run id of its Redis or null,
-- $6 orders it remembers, $7 whether it answered a buyer since the last time
insert into processes as p (id, name, protocol, acknowledges, run_id, remembered_orders)
values ($1, $2, $3, $4, $5, $6)
on conflict (id) do update
set run_id = $5, remembered_orders = $6, seen_at = clock_timestamp(),
  active_at = case when $7 then clock_timestamp() else p.active_at end
