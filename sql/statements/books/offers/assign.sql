-- Counts units that leave the ledger for the cells, or come back. Units that cells have above the
-- cap are debt.
-- $1 sale, $2 offers, $3 units of each, below 0 for units that come back
update offers f
set assigned = f.assigned + t.units, debt = greatest(0, f.assigned + t.units - f.cap)
from unnest($2::text[], $3::bigint[]) as t (offer, units)
where f.sale = $1 and f.id = t.offer
