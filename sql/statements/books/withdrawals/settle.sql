-- Notes what a cell handed back, once for each withdrawal.
-- $1 sale, $2 cell, $3 number, $4 offers, $5 units taken, $6 epoch and $7 seq of the entry, or null
update withdrawals w set taken = t.taken, epoch = $6, seq = $7
from unnest($4::text[], $5::bigint[]) as t (offer, taken)
where w.sale = $1 and w.cell = $2 and w.number = $3 and w.offer = t.offer and w.taken is null
