-- Every payment of an order, oldest first.
-- $1 order
select id, provider, ref, state, amount_minor as "amountMinor", pays
from payments where order_id = $1
order by number
