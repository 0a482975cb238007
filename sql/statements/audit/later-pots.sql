-- What orders and claims took of pots in entries after a number, settled or buried: the cell was
-- read before, and did not know of it.
-- $1 sale, $2 cell, $3 epoch, $4 seq
with claimed as (
  select promotion, budget, amount_minor
  from claims
  where sale = $1 and cell = $2 and epoch = $3 and seq > $4
  union all
  select body ->> 'promotion', body ->> 'budget', (body ->> 'amountMinor')::bigint
  from dead_letters
  where sale = $1 and cell = $2 and epoch = $3 and seq > $4 and state = 'buried'
    and body ->> 'kind' = 'claim'
)
select name, sum(amount)::bigint as amount
from (
  select 'budget:' || p.budget as name, p.discount_minor as amount
  from orders o
  join order_promotions p on p.order_id = o.id
  where o.sale = $1 and o.cell = $2 and o.epoch = $3 and o.seq > $4 and p.budget is not null
  union all
  select 'budget:' || (p ->> 'budget'), (p ->> 'discountMinor')::bigint
  from dead_letters d, jsonb_array_elements(d.body -> 'applied') p
  where d.sale = $1 and d.cell = $2 and d.epoch = $3 and d.seq > $4 and d.state = 'buried'
    and p ->> 'budget' is not null
  union all
  select 'quota:' || promotion, 1 from claimed
  union all
  select 'budget:' || budget, amount_minor from claimed where budget is not null
) later
group by name
