-- A page of endpoints, by id, without their secrets. In a sale and for all sales, operators have at
-- most 20, and each store 3.
-- $1 sale, or null for all, $2 owner ('': operators), or null for all
-- $3 after this id and $4 its owner, $5 how many at most
select number, id, url, kinds, store, nullif(owner, '') as owner, is_enabled as "isEnabled"
from webhooks
where (sale = $1 or ($1::text is null and sale is null)) and removed_at is null
  and ($2::text is null or webhooks.owner = $2) and (id, webhooks.owner) > ($3, $4)
order by id, webhooks.owner
limit $5
