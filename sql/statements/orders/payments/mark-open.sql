-- Notes that the provider knows a payment. Where its shopper returns to stays.
-- $1 payment, $2 the provider's id of it, $3 what the shopper's page needs
update payments
set state = 'open', ref = $2, checkout = coalesce(checkout, '{}') || $3::jsonb, moved_at = now()
where id = $1 and state = 'creating'
