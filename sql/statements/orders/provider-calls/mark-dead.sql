-- Gives up a call that the provider refuses.
-- $1 call, $2 why
update provider_calls set state = 'dead', leased_until = null, error = $2
where id = $1 and state = 'due'
