-- At the first opening, gives every shopper with a balance a home cell.
-- $1 sale, $2 shoppers, $3 their cells
update balances b set cell = h.cell
from unnest($2::text[], $3::integer[]) as h (shopper, cell)
where b.sale = $1 and b.shopper = h.shopper
