-- Units of a cell are no longer held, or sold; some of them the ledger keeps. Rows are locked by
-- key, as everywhere.
-- $1 sale, $2 cell, $3 offers, $4 from held, $5 from sold, $6 of both, what the ledger keeps
with locked as materialized (
  select offer from allotments
  where sale = $1 and cell = $2 and offer = any ($3::text[])
  order by offer
  for update
)
update allotments a
set held = a.held - t.held, sold = a.sold - t.sold, allotted = a.allotted - t.kept
from unnest($3::text[], $4::bigint[], $5::bigint[], $6::bigint[]) as t (offer, held, sold, kept)
join locked using (offer)
where a.sale = $1 and a.cell = $2 and a.offer = t.offer
