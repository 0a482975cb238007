-- The time until which the old secret signs; null: it does not sign, or there is none. The lock
-- keeps other rotations out, and lets deliveries to the endpoint be written.
-- $1 webhook
select case when old_until > now() then old_until end as until
from webhooks
where number = $1
for no key update
