-- Every pot of a sale.
-- $1 sale
select pot, amount from pots where sale = $1 order by pot
