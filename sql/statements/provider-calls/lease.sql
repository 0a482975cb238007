-- Calls that are due, oldest first, kept from others for so long: whoever dies leaves them to be
-- made again.
-- $1 provider, $2 how many at most, $3 for how long (ms)
with due as (
  select c.id
  from provider_calls c
  join payments p on p.id = c.payment
  where c.state = 'due' and c.next_try_at <= now()
    and (c.leased_until is null or c.leased_until <= now()) and p.provider = $1
  order by c.next_try_at, c.id
  limit $2
  for update of c skip locked
)
update provider_calls c
set leased_until = now() + $3 * interval '1 millisecond', tries = c.tries + 1
from due d, payments p
where c.id = d.id and p.id = c.payment
returning c.id, c.payment, p.order_id as "order", c.kind, c.amount_minor as "amountMinor",
  p.currency, c.refund, c.tries, p.ref
