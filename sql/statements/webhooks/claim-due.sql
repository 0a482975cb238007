-- Deliveries that no job has, or whose job must have been lost; the caller makes jobs of them.
-- $1 sale, $2 webhook, $3 at most, $4 ms after which such a job counts as lost
update webhook_deliveries d
set queued_until = now() + $4::bigint * interval '1 millisecond'
from (
  select id from webhook_deliveries
  where sale = $1 and webhook = $2 and state = 'due'
    and (queued_until is null or queued_until < now())
  order by id
  limit $3
  for update skip locked
) due
where d.id = due.id
returning d.id
