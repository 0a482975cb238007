-- The moves of an order, oldest first: at most 1000.
-- $1 order
select id::text, from_state as "from", to_state as "to", who, why,
  (extract(epoch from at) * 1000)::bigint as "atMs"
from order_moves where order_id = $1
order by order_moves.id
limit 1000
