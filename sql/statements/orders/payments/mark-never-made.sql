-- Notes that the provider refused to make a payment.
-- $1 payment
update payments set state = 'failed', moved_at = now() where id = $1 and state = 'creating'
