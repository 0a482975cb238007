-- An order of a shopper, with its lines in order. No row when it belongs to another shopper.
-- $1 order, $2 shopper
select * from settled_order_rows where id = $1 and shopper = $2
