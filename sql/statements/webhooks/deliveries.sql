-- A page of an endpoint's deliveries, oldest first.
-- $1 sale, $2 webhook, $3 state, $4 after this id, $5 at most
select id, kind, body, state, tries, error, created_at as "createdAt"
from webhook_deliveries
where sale = $1 and webhook = $2 and state = $3 and id > $4
order by id
limit $5
