-- Notes that the endpoint accepted a delivery.
-- $1 delivery
update webhook_deliveries
set state = 'done', tries = tries + 1, error = null, ended_at = now()
where id = $1 and state = 'due'
