-- The most coupons of a promotion that one of some shoppers holds.
-- $1 sale, $2 promotion, $3 shoppers
select coalesce(max(granted + claimed + returned - used), 0)::bigint as most from coupons
where sale = $1 and promotion = $2 and shopper = any ($3::text[])
