-- Which of some orders the ledger has.
-- $1 order ids
select id from orders where id = any ($1::text[])
