-- A page of an endpoint's deliveries, newest first, read as list.sql reads them.
-- $1 webhook, $2 states, $3 kind, or null for all, $4 before this id, $5 how many at most
select d.id, d.kind, d.body, d.state, d.tries, d.error, d."createdAtMs"
from unnest($2::text[]) wanted (state)
cross join lateral (
  select id, kind, body, state, tries, error,
    (extract(epoch from created_at) * 1000)::bigint as "createdAtMs"
  from webhook_deliveries
  where webhook = $1 and state = wanted.state and id < $4 and ($3::text is null or kind = $3)
  order by id desc
  limit $5
) d
order by d.id desc
limit $5
