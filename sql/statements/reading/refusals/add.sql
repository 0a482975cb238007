-- Adds what an api counted. The order of the rows is that of the key, so that two apis that add at
-- the same time do not wait for each other in a circle.
-- $1 sales, $2 offers, $3 codes, $4 how often
insert into refusal_counts (sale, offer, code, refused)
select n.sale, n.offer, n.code, n.refused
from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as n (sale, offer, code, refused)
join sales s on s.id = n.sale
order by n.sale collate "C", n.offer collate "C", n.code collate "C"
on conflict (sale, offer, code) do update
set refused = refusal_counts.refused + excluded.refused
