-- At the first opening, gives every shopper with coupons a home cell.
-- $1 sale, $2 shoppers, $3 their cells
update coupons c set cell = h.cell
from unnest($2::text[], $3::integer[]) as h (shopper, cell)
where c.sale = $1 and c.shopper = h.shopper
