-- Deletes deliveries that ended in a state some days ago.
-- $1 state, $2 days, $3 how many at most
delete from webhook_deliveries
where id in (
  select id from webhook_deliveries
  where state = $1 and ended_at < now() - $2::integer * interval '1 day'
  order by ended_at
  limit $3
  for update skip locked)
