-- Gives a shopper one coupon of each promotion back. It locks the rows by key, as every statement
-- does.
-- $1 sale, $2 shopper, $3 promotions
with locked as materialized (
  select promotion from coupons
  where sale = $1 and shopper = $2 and promotion = any ($3::text[])
  order by promotion
  for update
)
update coupons c set returned = c.returned + 1
from locked l
where c.sale = $1 and c.shopper = $2 and c.promotion = l.promotion
