-- Until when the secret before the present one signs; null: it does no more, or there was none.
-- Locks the endpoint against another rotation, and against nothing that is told to it meanwhile.
-- $1 webhook
select case when old_until > now() then old_until end as until
from webhooks
where number = $1
for no key update
