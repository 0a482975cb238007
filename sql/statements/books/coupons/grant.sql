-- Gives each of some shoppers more coupons of a promotion. It locks the rows, by key.
-- $1 sale, $2 promotion, $3 shoppers, each once, $4 their cells, or null before the first opening,
-- $5 coupons for each
insert into coupons (sale, promotion, shopper, cell, granted)
select $1, $2, shopper, cell, $5::bigint
from unnest($3::text[], $4::integer[]) as g (shopper, cell)
order by shopper collate "C"
on conflict (sale, shopper, promotion) do update
set granted = coupons.granted + excluded.granted
