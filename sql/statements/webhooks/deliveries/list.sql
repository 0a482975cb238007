-- A page of an endpoint's deliveries, oldest first. Each state is read by itself, because the index
-- has the deliveries of one state in order.
-- $1 webhook, $2 states, $3 kind, or null for all, $4 after this id, $5 how many at most
select d.id, d.kind, d.body, d.state, d.tries, d.error, d."createdAtMs"
from unnest($2::text[]) wanted (state)
cross join lateral (
  select id, kind, body, state, tries, error,
    (extract(epoch from created_at) * 1000)::bigint as "createdAtMs"
  from webhook_deliveries
  where webhook = $1 and state = wanted.state and id > $4 and ($3::text is null or kind = $3)
  order by id
  limit $5
) d
order by d.id
limit $5
