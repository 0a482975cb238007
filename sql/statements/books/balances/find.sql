-- What a shopper was granted in all and used of it, less what refunds gave back: points and red
-- packet (minor units). A packet's use may be above its grant: claims fill it too.
-- $1 sale, $2 shopper
select points_granted as points, points_used - points_returned as "pointsUsed",
  packet_granted as "redPacket", packet_used - packet_returned as "redPacketUsed"
from balances
where sale = $1 and shopper = $2
