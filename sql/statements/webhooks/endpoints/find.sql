-- An endpoint, without its secrets.
-- $1 sale, $2 id, $3 owner ('': an operator)
select number, id, url, kinds, store, nullif(owner, '') as owner
from webhooks
where sale = $1 and id = $2 and webhooks.owner = $3 and removed_at is null
