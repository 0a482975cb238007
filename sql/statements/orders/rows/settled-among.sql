-- The orders and claims that the ledger has, among some.
-- $1 ids
select id from orders where id = any ($1::text[])
union all
select id from claims where id = any ($1::text[])
