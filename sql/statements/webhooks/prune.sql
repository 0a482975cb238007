-- What is over for so long is forgotten, at most 10,000 at a time.
-- $1 state, $2 days
delete from webhook_deliveries
where id in (
  select id from webhook_deliveries
  where state = $1 and ended_at < now() - $2::integer * interval '1 day'
  order by ended_at
  limit 10000
  for update skip locked)
