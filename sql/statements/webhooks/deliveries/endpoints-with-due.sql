-- Endpoints with a due delivery, found by hops over the index of due deliveries: the cost grows
-- with the number of such endpoints, not with the number of endpoints or deliveries.
-- $1 after this webhook, $2 how many at most
with recursive due (webhook, nth) as (
  (select webhook, 1 from webhook_deliveries
    where state = 'due' and webhook > $1 order by webhook limit 1)
  union all
  select further.webhook, due.nth + 1
  from due
  cross join lateral (
    select d.webhook from webhook_deliveries d
    where d.state = 'due' and d.webhook > due.webhook order by d.webhook limit 1) further
  where due.nth < $2
)
select webhook as number, exists (
  select from webhooks w where w.number = webhook and w.removed_at is null) as "isThere"
from due
