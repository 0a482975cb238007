-- Drops handed entries that the ledger has looked at.
-- $1 sale, $2 cell, $3 epoch, $4 seqs, $5 tags
delete from handed_entries h
using unnest($4::bigint[], $5::text[]) as d (seq, tag)
where h.sale = $1 and h.cell = $2 and h.epoch = $3 and h.seq = d.seq and h.tag = d.tag
