-- Dead letters that no operator has replayed or released, by sale.
-- $1 sales
select sale, count(*) as count,
  (extract(epoch from min(created_at)) * 1000)::bigint as "sinceMs"
from dead_letters
where sale = any ($1::text[]) and state = 'buried'
group by sale
