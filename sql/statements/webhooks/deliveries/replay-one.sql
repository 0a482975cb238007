-- Makes a delivery that ended due again, as if it had never been tried.
-- $1 webhook, $2 delivery
update webhook_deliveries
set state = 'due', tries = 0, error = null, ended_at = null, queued_until = null
where webhook = $1 and id = $2 and state <> 'due'
