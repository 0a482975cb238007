-- Units leave the ledger for the cells, or come back; what is out above the cap is debt.
-- $1 sale, $2 offers, $3 units each, below 0 for those that come back
update offers f
set assigned = f.assigned + t.units, debt = greatest(0, f.assigned + t.units - f.cap)
from unnest($2::text[], $3::bigint[]) as t (offer, units)
where f.sale = $1 and f.id = t.offer
