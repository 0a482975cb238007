-- Where chains of changes end, by sale. Those that belong to no sale come first.
-- $1 after this sale, or null for the first, $2 how many at most
select nullif(sale, '') as sale, last as number, hash
from change_chains
where $1::text is null or sale > $1
order by sale
limit $2
