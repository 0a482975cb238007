-- Events that wait for an operator, oldest first.
-- $1 unknown, refused, or null for both
select id, provider, body, outcome, reason, received_at as "receivedAt"
from payment_events
where outcome in ('unknown', 'refused') and ($1::text is null or outcome = $1)
order by id
limit 1000
