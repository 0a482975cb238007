-- What some shoppers were granted in all: points, and red packet (minor units). No row: nothing.
-- $1 sale, $2 shoppers
select shopper, points_granted as points, packet_granted as "redPacket"
from balances
where sale = $1 and shopper = any ($2::text[])
