-- The coupons that a cell's shoppers hold. Buried orders and claims are not counted.
-- $1 sale, $2 cell
select shopper, promotion, granted + claimed + returned - used as left from coupons
where sale = $1 and cell = $2
order by shopper, promotion
