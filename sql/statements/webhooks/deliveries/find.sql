-- A delivery of an endpoint.
-- $1 webhook, $2 delivery
select id, kind, body, state, tries, error,
  (extract(epoch from created_at) * 1000)::bigint as "createdAtMs"
from webhook_deliveries
where webhook = $1 and id = $2
