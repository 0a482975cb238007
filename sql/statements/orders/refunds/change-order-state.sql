-- $1 order, $2 its state after the refund, $3 cash of it (minor units)
update orders set state = $2, refunded_minor = refunded_minor + $3, moved_at = now()
where id = $1 and state in ('paid', 'partly_refunded')
