-- Units that instructions give a cell that has not applied them. An instruction of the
-- previous release names one offer.
-- $1 sale, $2 cell, $3 the last number it applied
with pending as (
  select body from instructions where sale = $1 and cell = $2 and number > $3
    and body ->> 'kind' <> 'withdraw'
)
select name, sum(amount)::bigint as amount
from (
  select body ->> 'offer' as name, (body ->> 'units')::bigint as amount
  from pending
  where jsonb_typeof(body -> 'units') = 'number'
  union all
  select unit ->> 0, (unit ->> 1)::bigint
  from pending, jsonb_array_elements(
    case when jsonb_typeof(body -> 'units') = 'array' then body -> 'units' else '[]' end) unit
) given
group by name
