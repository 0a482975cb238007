-- Gives up a due delivery that was not tried.
-- $1 delivery, $2 why
update webhook_deliveries
set state = 'dead', error = $2, ended_at = now()
where id = $1 and state = 'due'
