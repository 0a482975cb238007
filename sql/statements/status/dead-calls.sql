-- Calls to payment providers that were given up, by sale: the id of a payment begins with the sale
-- and `_`, which "`" follows. At most 10,000 of a sale are counted.
-- $1 sales
select asked.sale, dead.calls as count, (extract(epoch from dead.since) * 1000)::bigint as "sinceMs"
from unnest($1::text[]) asked (sale)
cross join lateral (
  select count(*) as calls, min(first.created_at) as since
  from (
    select c.created_at from provider_calls c
    where c.payment > asked.sale || '_' and c.payment < asked.sale || '`' and c.state = 'dead'
    limit 10000
  ) first
) dead
where dead.calls > 0
