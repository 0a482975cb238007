-- Changes of a sale, oldest first.
-- $1 sale, or '' for what belongs to no sale, $2 owner, or null for all, $3 subject or null, $4
-- shopper whose balances changed, or null, $5 not before (ms) or null, $6 before (ms) or null, $7
-- after this number, $8 how many at most
select nullif(sale, '') as sale, number, (extract(epoch from at) * 1000)::bigint as "atMs", sub,
  role, store, subject, what, owner, route, request_id as "requestId", reason, before, after, prev,
  hash
from changes
where sale = $1 and number > $7
  and ($2::text is null or owner = $2)
  and ($3::text is null or subject = $3)
  and ($4::text is null or subject = (
    select 'balances:' || pseudonym from shopper_pseudonyms where sale = $1 and shopper = $4))
  and ($5::bigint is null or at >= to_timestamp($5 / 1000.0))
  and ($6::bigint is null or at < to_timestamp($6 / 1000.0))
order by number
limit $8
