-- At most 20 of operators and 3 a store. Secrets stay here.
-- $1 sale
select number, id, url, kinds, store, nullif(owner, '') as owner
from webhooks
where sale = $1 and removed_at is null
order by id, webhooks.owner
