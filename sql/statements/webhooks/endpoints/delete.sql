-- Deletes a removed endpoint's row. Its last deliveries go with it: a transaction that had not seen
-- the removal may have made a few.
-- $1 webhook
delete from webhooks where number = $1 and removed_at is not null
