-- What instructions give a cell that has not applied them, by pot.
-- $1 sale, $2 cell, $3 the last number it applied
with pending as (
  select body from instructions where sale = $1 and cell = $2 and number > $3
)
select name, sum(amount)::bigint as amount
from (
  select body ->> 'pot' as name, (body ->> 'amount')::bigint as amount
  from pending
  where body ->> 'kind' = 'pot'
  union all
  select pot ->> 0, (pot ->> 1)::bigint
  from pending, jsonb_array_elements(body -> 'pots') pot
  where body ->> 'kind' in ('release', 'moved')
) given
group by name
