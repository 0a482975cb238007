-- A due delivery, with its URL and the secrets that sign it. A disabled endpoint is sent only test
-- events.
-- $1 delivery
select d.id, d.body, d.tries, (extract(epoch from d.created_at) * 1000)::bigint as "createdAtMs",
  w.url,
  array_remove(array[w.secret, case when w.old_until > now() then w.old_secret end], null)
    as secrets,
  w.is_enabled or d.kind = 'test.ping' as "isWanted"
from webhook_deliveries d
join webhooks w on w.number = d.webhook and w.removed_at is null
where d.id = $1 and d.state = 'due'
