-- Lines of the orders just inserted, one array a column; without promotions net is activity.
-- $1 order ids, $2 line numbers, $3 offers, $4 stores, $5 quantities, $6 prices (minor units)
insert into order_lines (order_id, line, offer, store, quantity, price_minor, activity_minor,
  net_minor)
select order_id, line, offer, store, quantity, price, price * quantity, price * quantity
from unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::integer[], $6::bigint[])
  as l (order_id, line, offer, store, quantity, price)
