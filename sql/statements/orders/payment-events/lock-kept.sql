-- Locks an event that waits for an operator.
-- $1 event
select id, provider, body, outcome, reason, received_at as "receivedAt"
from payment_events
where id = $1 and outcome in ('unknown', 'refused')
for update
