-- Keeps entries that a process remembers, unless the ledger has them or has buried them; one array
-- a column.
-- $1 sale, $2 cell, $3 epochs, $4 seqs, $5 tags, $6 prevs, $7 versions, $8 orders and claims in
-- each, $9 placed, $10 bodies
insert into handed_entries (sale, cell, epoch, seq, tag, prev, version, orders, placed, body)
select $1, $2, h.*
from unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::integer[], $8::integer[],
  $9::bigint[], $10::bytea[]) as h (epoch, seq, tag, prev, version, orders, placed, body)
where not exists (
  select from entries e
  where e.sale = $1 and e.cell = $2 and e.epoch = h.epoch and e.seq = h.seq and e.tag = h.tag)
and not exists (
  select from dead_letters d
  where d.sale = $1 and d.cell = $2 and d.epoch = h.epoch and d.seq = h.seq and d.tag = h.tag)
on conflict do nothing
