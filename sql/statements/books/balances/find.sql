-- What a shopper was granted in all, and what orders used of it, less what refunds returned: points
-- and red packet (minor units). Claims fill a red packet too, so its use may be above its grant.
-- $1 sale, $2 shopper
select points_granted as points, points_used - points_returned as "pointsUsed",
  packet_granted as "redPacket", packet_used - packet_returned as "redPacketUsed"
from balances
where sale = $1 and shopper = $2
