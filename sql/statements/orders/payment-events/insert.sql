-- Inserts a verified event. Returns no row when the event had already been inserted.
-- $1 provider, $2 its id of the event, $3 kind, $4 amount (minor units), $5 currency, $6 the event
insert into payment_events (provider, event_id, kind, amount_minor, currency, body, outcome)
values ($1, $2, $3, $4, $5, $6, 'known')
on conflict on constraint payment_events_once do nothing
returning id
