-- The refunds of an order, oldest first: at most 1000.
-- $1 order
select id, who, cash_minor as "cashMinor", packet_minor as "packetMinor", points, restock,
  (extract(epoch from at) * 1000)::bigint as "atMs"
from refunds where order_id = $1
order by number
limit 1000
