-- Locks an endpoint for a change, without its secrets. Deliveries to it may be written meanwhile.
-- $1 sale, or null for all, $2 id, $3 owner ('': an operator)
select number, id, url, kinds, store, nullif(owner, '') as owner, is_enabled as "isEnabled"
from webhooks
where (sale = $1 or ($1::text is null and sale is null)) and id = $2 and webhooks.owner = $3
  and removed_at is null
for no key update
