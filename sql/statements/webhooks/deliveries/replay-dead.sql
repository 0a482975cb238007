-- Makes dead deliveries due again, as if they had never been tried.
-- $1 webhook, $2 ids, or null for the oldest, $3 how many at most
update webhook_deliveries
set state = 'due', tries = 0, ended_at = null, queued_until = null
where id in (
  select id from webhook_deliveries
  where webhook = $1 and state = 'dead' and ($2::bigint[] is null or id = any ($2))
  order by id
  limit $3
  for update)
