-- Moves units of a cell from held to sold. Rows are locked by key, as everywhere.
-- $1 sale, $2 cell, $3 offers, $4 units
with locked as materialized (
  select offer from allotments
  where sale = $1 and cell = $2 and offer = any ($3::text[])
  order by offer
  for update
)
update allotments a
set held = a.held - t.units, sold = a.sold + t.units
from unnest($3::text[], $4::bigint[]) as t (offer, units)
join locked using (offer)
where a.sale = $1 and a.cell = $2 and a.offer = t.offer
