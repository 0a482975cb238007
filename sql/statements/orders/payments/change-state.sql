-- Moves a payment to a new state.
-- $1 payment, $2 state, $3 the provider's id of it, $4 whether it made its order paid
update payments set state = $2, ref = coalesce(ref, $3), pays = $4, moved_at = now()
where id = $1
