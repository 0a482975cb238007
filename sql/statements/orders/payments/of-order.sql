-- All payments of an order that the caller has locked.
-- $1 order
select * from payment_rows where "order" = $1 order by number
