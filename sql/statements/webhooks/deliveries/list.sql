-- A page of an endpoint's deliveries, oldest first.
-- $1 webhook, $2 state, $3 after this id, $4 how many at most
select id, kind, body, state, tries, error, created_at as "createdAt"
from webhook_deliveries
where webhook = $1 and state = $2 and id > $3
order by id
limit $4
