-- The entries that the ledger has under some numbers of an epoch.
-- $1 sale, $2 cell, $3 epoch, $4 seqs
select seq, tag from entries
where sale = $1 and cell = $2 and epoch = $3 and seq = any ($4::bigint[])
