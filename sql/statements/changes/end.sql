-- Where the chain of a sale's changes ends, and the greatest number that there is.
-- $1 sale, or '' for what belongs to no sale
select coalesce(c.last, 0) as last, coalesce(c.hash, '') as hash,
  coalesce((select max(number) from changes where sale = $1), 0) as "greatest"
from (values ($1::text)) asked (sale)
left join change_chains c on c.sale = asked.sale collate "C"
