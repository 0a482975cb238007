-- Gives points and red packet back to a shopper.
-- $1 sale, $2 shopper, $3 points, $4 red packet (minor units)
update balances
set points_returned = points_returned + $3, packet_returned = packet_returned + $4
where sale = $1 and shopper = $2
