-- Counts points used, and red packets claimed and used. The CHECKs refuse more used than there was.
-- It locks the rows by key, as every statement does.
-- $1 sale, $2 shoppers, $3 points used, $4 red packet claimed, $5 red packet used (minor units)
with locked as materialized (
  select b.shopper, t.points, t.claimed, t.used
  from balances b
  join unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
    as t (shopper, points, claimed, used) using (shopper)
  where b.sale = $1
  order by b.shopper
  for update of b
)
update balances b
set points_used = b.points_used + l.points, packet_claimed = b.packet_claimed + l.claimed,
  packet_used = b.packet_used + l.used
from locked l
where b.sale = $1 and b.shopper = l.shopper
