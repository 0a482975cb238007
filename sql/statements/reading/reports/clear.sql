-- Deletes reports that nobody has asked for in an hour.
delete from reports where asked_at < now() - interval '1 hour'
