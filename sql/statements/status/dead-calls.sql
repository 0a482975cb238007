-- Calls to payment providers that were given up, by sale: the id of a payment begins with the
-- sale.
-- $1 sales
select sale, count(*) as count, (extract(epoch from min(since)) * 1000)::bigint as "sinceMs"
from (
  select split_part(payment, '_', 1) as sale, created_at as since from provider_calls
  where state = 'dead'
) dead
where sale = any ($1::text[])
group by sale
