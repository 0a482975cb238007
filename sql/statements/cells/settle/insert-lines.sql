-- Inserts the lines of the orders just inserted; one array a column.
-- $1 order ids, $2 line numbers, $3 offers, $4 stores, $5 quantities, $6 prices, $7 nets (minor
-- units), $8 whether it is a gift
insert into order_lines (order_id, line, offer, store, quantity, price_minor, activity_minor,
  net_minor, is_gift)
select order_id, line, offer, store, quantity, price, price * quantity, net, is_gift
from unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::integer[], $6::bigint[],
    $7::bigint[], $8::boolean[])
  as l (order_id, line, offer, store, quantity, price, net, is_gift)
