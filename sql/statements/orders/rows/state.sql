-- The state of an order of a shopper. No row when it belongs to another shopper.
-- $1 order, $2 shopper
select state from orders where id = $1 and shopper = $2
