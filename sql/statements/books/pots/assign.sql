-- Counts the part of a pot that leaves the ledger for the cells. The CHECK refuses more than the
-- pot holds.
-- $1 sale, $2 pot, $3 amount
update pots set assigned = assigned + $3 where sale = $1 and pot = $2
