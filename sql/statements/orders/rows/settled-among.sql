-- The orders and claims that the ledger has, among some, settled or as dead letters.
-- $1 ids
select id from orders where id = any ($1::text[])
union all
select id from claims where id = any ($1::text[])
union all
select order_id from dead_letters where order_id = any ($1::text[])
