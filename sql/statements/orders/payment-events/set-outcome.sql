-- Notes how an event was taken.
-- $1 event, $2 outcome, $3 payment or null, $4 order or null, $5 why it is kept, or null
update payment_events set outcome = $2, payment = $3, order_id = $4, reason = $5 where id = $1
