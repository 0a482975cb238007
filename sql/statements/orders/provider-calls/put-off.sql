-- Puts off a call that did not reach the provider: it is due again after 1 s, 2 s, 4 s … 10 min,
-- and dead after the last try.
-- $1 call, $2 why, $3 tries at most
update provider_calls
set state = case when tries >= $3 then 'dead' else 'due' end, leased_until = null, error = $2,
  next_try_at = now() + least(600, power(2, tries - 1)) * interval '1 second'
where id = $1 and state = 'due'
returning state
