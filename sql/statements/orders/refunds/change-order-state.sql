-- Moves an order to its state after a refund. The caller has locked it.
-- $1 order, $2 state, $3 cash of the refund (minor units)
update orders set state = $2, refunded_minor = refunded_minor + $3, moved_at = now()
where id = $1 and state in ('paid', 'partly_refunded')
