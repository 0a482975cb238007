-- The coupons that some shoppers of a cell hold. Buried orders and claims are not counted.
-- $1 sale, $2 cell, $3 shoppers
select shopper, promotion, granted + claimed + returned - used as left
from coupons
where sale = $1 and cell = $2 and shopper = any ($3)
