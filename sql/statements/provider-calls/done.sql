-- $1 call
update provider_calls
set state = 'done', leased_until = null, error = null, done_at = now()
where id = $1 and state <> 'done'
