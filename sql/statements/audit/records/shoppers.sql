-- The next shoppers of a cell who have an order or a claim, settled or buried, or a wallet.
-- $1 sale, $2 cell, $3 the last shopper of the page before, '' at first, $4 how many
select shopper
from (
  (select distinct shopper from orders
    where sale = $1 and cell = $2 and shopper > $3 order by shopper limit $4)
  union
  (select distinct shopper from claims
    where sale = $1 and cell = $2 and shopper > $3 order by shopper limit $4)
  union
  (select shopper from balances
    where sale = $1 and cell = $2 and shopper > $3 order by shopper limit $4)
  union
  (select distinct shopper from coupons
    where sale = $1 and cell = $2 and shopper > $3 order by shopper limit $4)
  union
  (select distinct (body ->> 'shopper') collate "C" from dead_letters
    where sale = $1 and cell = $2 and state = 'buried' and (body ->> 'shopper') collate "C" > $3
    order by 1 limit $4)
) known
order by shopper
limit $4
