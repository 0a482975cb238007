-- Calls to payment providers that are still to be made, by sale: the id of a payment begins with
-- the sale and `_`, which "`" follows. At most 10,000 of a sale are counted. A call whose first
-- tries failed is due since it was scheduled.
-- $1 sales
select asked.sale, due.calls as count, (extract(epoch from due.since) * 1000)::bigint as "sinceMs"
from unnest($1::text[]) asked (sale)
cross join lateral (
  select count(*) as calls, min(first.created_at) as since
  from (
    select c.created_at from provider_calls c
    where c.payment > asked.sale || '_' and c.payment < asked.sale || '`' and c.state = 'due'
    limit 10000
  ) first
) due
where due.calls > 0
