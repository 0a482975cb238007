-- Makes dead calls due again, after an operator has removed the cause.
-- $1 call, or null for all of them
update provider_calls set state = 'due', tries = 0, next_try_at = now(), leased_until = null
where state = 'dead' and ($1::bigint is null or id = $1)
