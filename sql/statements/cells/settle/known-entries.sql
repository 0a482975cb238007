-- Which entries of an epoch the ledger has.
-- $1 sale, $2 cell, $3 epoch, $4 seqs, $5 tags
select e.seq
from entries e
join unnest($4::bigint[], $5::text[]) as k (seq, tag) on k.seq = e.seq and k.tag = e.tag
where e.sale = $1 and e.cell = $2 and e.epoch = $3
