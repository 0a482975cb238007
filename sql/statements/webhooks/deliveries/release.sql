-- Gives back claimed deliveries for which no job could be made: the next call claims them again.
-- $1 ids
update webhook_deliveries
set queued_until = null
where id = any($1::bigint[]) and state = 'due'
