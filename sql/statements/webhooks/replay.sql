-- Dead deliveries are due again, as if never tried.
-- $1 sale, $2 webhook, $3 ids, or null for the oldest, $4 at most
update webhook_deliveries
set state = 'due', tries = 0, ended_at = null, queued_until = null
where id in (
  select id from webhook_deliveries
  where sale = $1 and webhook = $2 and state = 'dead' and ($3::bigint[] is null or id = any ($3))
  order by id
  limit $4
  for update)
