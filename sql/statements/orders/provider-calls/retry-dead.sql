-- An operator mended what stood in the way of a dead call.
-- $1 call; null: of all of them
update provider_calls set state = 'due', tries = 0, next_try_at = now(), leased_until = null
where state = 'dead' and ($1::bigint is null or id = $1)
