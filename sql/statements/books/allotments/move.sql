-- Changes how many units of a cell are held, sold and allotted. The CHECKs refuse a count below 0,
-- and more held and sold than allotted. It locks the rows by key, as every statement does.
-- $1 sale, $2 cell, $3 offers, $4 held, $5 sold, $6 allotted: each a difference, which may be below
-- 0
with locked as materialized (
  select offer from allotments
  where sale = $1 and cell = $2 and offer = any ($3::text[])
  order by offer
  for update
)
update allotments a
set held = a.held + t.held, sold = a.sold + t.sold, allotted = a.allotted + t.allotted
from unnest($3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
  as t (offer, held, sold, allotted)
join locked using (offer)
where a.sale = $1 and a.cell = $2 and a.offer = t.offer
