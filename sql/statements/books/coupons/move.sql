-- Counts coupons claimed and used. The CHECK refuses more used than there were. It locks the rows
-- by key, as every statement does.
-- $1 sale, $2 shoppers, $3 promotions, $4 claimed, $5 used
with locked as materialized (
  select c.shopper, c.promotion, t.claimed, t.used
  from coupons c
  join unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[])
    as t (shopper, promotion, claimed, used) using (shopper, promotion)
  where c.sale = $1
  order by c.shopper, c.promotion
  for update of c
)
update coupons c
set claimed = c.claimed + l.claimed, used = c.used + l.used
from locked l
where c.sale = $1 and c.shopper = l.shopper and c.promotion = l.promotion
