-- An order, with its lines in order. No row when it belongs to another shopper.
-- $1 order, $2 shopper; null: an operator asks, and any order will do
select * from settled_order_rows where id = $1 and ($2::text is null or shopper = $2)
