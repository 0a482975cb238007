-- Every claim of a cell's shoppers, oldest first.
-- $1 sale, $2 cell
select id, shopper, key, promotion, amount_minor as "amountMinor"
from claims
where sale = $1 and cell = $2
order by epoch, seq, id
