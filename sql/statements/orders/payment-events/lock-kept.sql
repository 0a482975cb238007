-- One event kept for an operator, locked.
-- $1 event
select id, provider, body, outcome, reason, received_at as "receivedAt"
from payment_events
where id = $1 and outcome in ('unknown', 'refused')
for update
