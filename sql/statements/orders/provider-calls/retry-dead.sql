-- Makes dead calls due again, after an operator has removed the cause.
-- $1 call, or null for all of them
with again as (
  update provider_calls set state = 'due', tries = 0, next_try_at = now(), leased_until = null
  where state = 'dead' and ($1::bigint is null or id = $1)
  returning id, payment
)
select a.id, o.sale
from again a
join payments p on p.id = a.payment
join orders o on o.id = p.order_id
order by o.sale, a.id
