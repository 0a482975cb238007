-- A shopper's orders in a sale, oldest first: at most 64.
-- $1 sale, $2 shopper
select * from settled_order_rows
where sale = $1 and shopper = $2
order by "placedAtMs", id
