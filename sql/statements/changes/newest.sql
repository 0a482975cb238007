-- Changes of all sales, newest first.
-- $1 the time of the last change that was read (ms), or null for the newest, $2 its sale, or '' for
-- no sale, $3 its number, $4 how many at most
select nullif(sale, '') as sale, number, (extract(epoch from at) * 1000)::bigint as "atMs", sub,
  role, store, subject, what, owner, route, request_id as "requestId", reason, before, after, prev,
  hash
from changes c
where (c.at, c.sale, c.number) < (
  coalesce(to_timestamp($1::bigint / 1000.0), 'infinity'), coalesce($2::text, ''),
  coalesce($3::bigint, 0))
order by c.at desc, c.sale desc, c.number desc
limit $4
