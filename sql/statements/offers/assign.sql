-- Units leave the ledger for the cells; the CHECK refuses more than cap and debt.
-- $1 sale, $2 offer, $3 units
update offers set assigned = assigned + $3 where sale = $1 and id = $2
