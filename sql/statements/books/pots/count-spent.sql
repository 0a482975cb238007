-- Counts what was spent of a cell's pots. The CHECK refuses more than the cell was given. It locks
-- the rows by key, as every statement does.
-- $1 sale, $2 cell, $3 pots, $4 amounts
with locked as materialized (
  select pot from pot_allotments
  where sale = $1 and cell = $2 and pot = any ($3::text[])
  order by pot
  for update
)
update pot_allotments a
set spent = a.spent + t.amount
from unnest($3::text[], $4::bigint[]) as t (pot, amount)
join locked using (pot)
where a.sale = $1 and a.cell = $2 and a.pot = t.pot
