-- What promotions took from some orders, in the order in which they applied.
-- $1 orders
select * from promotion_rows
where "orderId" = any ($1)
order by "orderId", place
