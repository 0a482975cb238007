-- Units of instructions a cell has not applied.
-- $1 sale, $2 cell, $3 the last it applied
select body ->> 'offer' as offer, sum((body ->> 'units')::bigint)::bigint as units
from instructions
where sale = $1 and cell = $2 and number > $3 and body ? 'units'
group by body ->> 'offer'
