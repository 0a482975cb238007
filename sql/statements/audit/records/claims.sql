-- Every claim of some shoppers of a cell, with its entry.
-- $1 sale, $2 cell, $3 shoppers
select id, shopper, key, promotion, amount_minor as "amountMinor", epoch, seq
from claims
where sale = $1 and cell = $2 and shopper = any ($3)
