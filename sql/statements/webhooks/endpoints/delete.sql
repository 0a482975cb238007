-- With the few deliveries made by whoever did not see yet that it was deleted.
-- $1 webhook
delete from webhooks where number = $1 and removed_at is not null
