-- The refund that was made under a key.
-- $1 order, $2 who, $3 key
select id, "order", state, cash, "redPacket", points, coupons, lines, restocked, fingerprint
from refund_rows
where "order" = $1 and who = $2 and key = $3
