-- The last entry of an epoch that the ledger has.
-- $1 sale, $2 cell, $3 epoch
select seq, tag from entries
where sale = $1 and cell = $2 and epoch = $3
order by seq desc
limit 1
