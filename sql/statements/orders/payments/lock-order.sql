-- Locks an order, and reads what a payment must know about it.
-- $1 order
select o.id, o.sale, o.cell, o.state, o.total_minor as "totalMinor", s.currency,
  o.expires_at > now() as "isInTime",
  (extract(epoch from o.expires_at) * 1000)::bigint as "expiresAtMs"
from orders o
join sales s on s.id = o.sale
where o.id = $1
for update of o
