-- Inserts rows for shoppers who claimed a coupon and had none of the promotion.
-- $1 sale, $2 cell, $3 shoppers, $4 promotions
insert into coupons (sale, cell, shopper, promotion)
select $1, $2, shopper, promotion
from unnest($3::text[], $4::text[]) as c (shopper, promotion)
order by shopper collate "C", promotion collate "C"
on conflict (sale, shopper, promotion) do nothing
