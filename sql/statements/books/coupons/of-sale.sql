-- Every coupon granted in a sale, by promotion and number.
-- $1 sale
select shopper, promotion, granted from coupons
where sale = $1
order by promotion, granted, shopper
