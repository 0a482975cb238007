-- Dead letters that no operator has replayed or released, by sale; at most 10,000 of a sale are
-- counted.
-- $1 sales
select asked.sale, buried.letters as count,
  (extract(epoch from buried.since) * 1000)::bigint as "sinceMs"
from unnest($1::text[]) asked (sale)
cross join lateral (
  select count(*) as letters, min(first.created_at) as since
  from (
    select d.created_at from dead_letters d
    where d.sale = asked.sale and d.state = 'buried'
    order by d.id
    limit 10000
  ) first
) buried
where buried.letters > 0
