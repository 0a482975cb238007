-- When the first instruction was given that a cell has not applied.
-- $1 sales, $2 cells, $3 the last instruction that each cell has applied
select i.sale, i.cell, (extract(epoch from i.created_at) * 1000)::bigint as "sinceMs"
from unnest($1::text[], $2::integer[], $3::bigint[]) as applied (sale, cell, number)
join instructions i on i.sale = applied.sale and i.cell = applied.cell
  and i.number = applied.number + 1
