-- Adds settled entries to the chain.
-- $1 sale, $2 cell, $3 epoch, $4 seqs, $5 tags, $6 prevs, $7 number of orders and claims in each
insert into entries (sale, cell, epoch, seq, tag, prev, orders)
select $1, $2, $3, seq, tag, prev, orders
from unnest($4::bigint[], $5::text[], $6::text[], $7::integer[]) as e (seq, tag, prev, orders)
