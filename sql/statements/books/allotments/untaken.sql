-- The units that a cell has of some offers and that no order took, not even a buried one. Below 0:
-- orders took more than the cell had. It locks the rows, by key.
-- $1 sale, $2 cell, $3 offers
select a.offer, (a.allotted - a.held - a.sold
  - coalesce((select sum((l ->> 'quantity')::bigint)
      from dead_letters d, jsonb_array_elements(d.body -> 'lines') l
      where d.sale = a.sale and d.cell = a.cell and d.state = 'buried'
        and l ->> 'offer' = a.offer), 0))::bigint as units
from allotments a
where a.sale = $1 and a.cell = $2 and a.offer = any ($3::text[])
order by a.offer
for update of a
