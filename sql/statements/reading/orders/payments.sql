-- Every payment of an order, oldest first.
-- $1 order
select id, provider, ref, state, amount_minor as "amountMinor", currency, pays,
  (extract(epoch from created_at) * 1000)::bigint as "createdAtMs"
from payments where order_id = $1
order by number
