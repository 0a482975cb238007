-- The sale's row, locked: changes to a sale and its offers go one after another.
-- $1 sale
select id from sales where id = $1 for update
