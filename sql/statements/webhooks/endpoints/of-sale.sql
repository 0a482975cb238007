-- The endpoints of a sale, without their secrets. Operators have at most 20, and each store 3.
-- $1 sale, $2 owner: a store, or null for all
select number, id, url, kinds, store, nullif(owner, '') as owner
from webhooks
where sale = $1 and removed_at is null and ($2::text is null or webhooks.owner = $2)
order by id, webhooks.owner
