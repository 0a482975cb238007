-- Notes that the provider answered a call. The call may have been dead or dropped: a lease may end
-- before the answer comes. A refund that failed meanwhile stays dead.
-- $1 call
update provider_calls
set state = 'done', leased_until = null, error = null, done_at = now()
where id = $1 and (state = 'due' or (state in ('dead', 'dropped') and kind <> 'refund'))
