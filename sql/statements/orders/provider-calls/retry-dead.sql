-- Makes dead calls due again, after an operator has removed the cause.
-- Several operators may do this at once: each takes other calls.
-- $1 call, or null for the oldest ones, $2 how many at most
with dead as (
  select id from provider_calls
  where state = 'dead' and ($1::bigint is null or id = $1)
  order by id
  limit $2
  for update skip locked
), again as (
  update provider_calls c set state = 'due', tries = 0, next_try_at = now(), leased_until = null
  from dead d
  where c.id = d.id
  returning c.id, c.payment
)
select a.id, o.sale
from again a
join payments p on p.id = a.payment
join orders o on o.id = p.order_id
order by o.sale, a.id
