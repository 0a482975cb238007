-- What some shoppers of a cell have left. Buried orders and claims are not counted.
-- $1 sale, $2 cell, $3 shoppers
select shopper, points_granted + points_returned - points_used as points,
  packet_granted + packet_claimed + packet_returned - packet_used as packet
from balances
where sale = $1 and cell = $2 and shopper = any ($3)
