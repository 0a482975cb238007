-- Counts a failed try. After the last try the delivery is dead.
-- $1 delivery, $2 error, $3 tries in all, $4 ms after which its job counts as lost
update webhook_deliveries
set tries = tries + 1, error = $2,
  queued_until = now() + $4::bigint * interval '1 millisecond',
  state = case when tries + 1 >= $3 then 'dead' else 'due' end,
  ended_at = case when tries + 1 >= $3 then now() end
where id = $1 and state = 'due'
returning state
