-- Part of a pot leaves the ledger for the cells; the CHECK refuses more than it holds.
-- $1 sale, $2 pot, $3 amount
update pots set assigned = assigned + $3 where sale = $1 and pot = $2
