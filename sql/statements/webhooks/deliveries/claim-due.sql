-- Claims due deliveries that no job has, or whose job must have been lost. The caller makes jobs of
-- them.
-- $1 webhook, $2 how many at most, $3 ms after which the new job counts as lost
update webhook_deliveries d
set queued_until = now() + $3::bigint * interval '1 millisecond'
from (
  select id from webhook_deliveries
  where webhook = $1 and state = 'due'
    and (queued_until is null or queued_until < now())
  order by id
  limit $2
  for update skip locked
) due
where d.id = due.id
returning d.id
