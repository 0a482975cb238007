-- What each cell may still sell of an offer, by the ledger, less the units that it was already
-- asked for. It locks the rows, by key.
-- $1 sale, $2 offer, or null for all offers
select a.cell, a.offer, (a.allotted - a.held - a.sold
  - coalesce((select sum(w.asked) from withdrawals w
      where w.sale = a.sale and w.cell = a.cell and w.offer = a.offer and w.taken is null), 0)
  - coalesce((select sum((l ->> 'quantity')::bigint)
      from dead_letters d, jsonb_array_elements(d.body -> 'lines') l
      where d.sale = a.sale and d.cell = a.cell and d.state = 'buried'
        and l ->> 'offer' = a.offer), 0))::bigint as available
from allotments a
where a.sale = $1 and ($2::text is null or a.offer = $2)
order by a.cell, a.offer
for update of a
