-- Whether any shopper was given a coupon of a promotion.
-- $1 sale, $2 promotion
select exists (select from coupons where sale = $1 and promotion = $2) as "isSo"
