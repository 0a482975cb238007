-- Locks the orders of a shopper in a sale. A refund that holds one of them may give back a coupon
-- or a balance that the shopper had no row of, which only a later statement sees.
-- $1 sale, $2 shopper
select id from orders where sale = $1 and shopper = $2
order by id
for update
