-- One order of its owner, with its lines in order; no row when it is another's.
-- $1 order, $2 shopper
select * from settled_order_rows where id = $1 and shopper = $2
