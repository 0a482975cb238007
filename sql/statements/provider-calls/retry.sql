-- An operator mended what stood in the way of a dead call.
-- $1 call
update provider_calls set state = 'due', tries = 0, next_try_at = now()
where id = $1 and state = 'dead'
