-- An order of any shopper.
-- $1 order
select id, shopper, state, total_minor as "totalMinor", refunded_minor as "refundedMinor",
  (extract(epoch from placed_at) * 1000)::bigint as "placedAtMs",
  (extract(epoch from expires_at) * 1000)::bigint as "expiresAtMs"
from orders where id = $1
