-- The endpoints of a sale, without their secrets. Operators have at most 20, and each store 3.
-- $1 sale
select number, id, url, kinds, store, nullif(owner, '') as owner
from webhooks
where sale = $1 and removed_at is null
order by id, webhooks.owner
