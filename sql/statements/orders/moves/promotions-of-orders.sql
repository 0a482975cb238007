-- What promotions took from some orders.
-- $1 orders
select * from promotion_rows where "orderId" = any ($1::text[])
