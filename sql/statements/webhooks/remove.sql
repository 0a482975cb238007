-- With all its deliveries.
-- $1 sale, $2 id
delete from webhooks where sale = $1 and id = $2
