-- Some of an endpoint's deliveries, whatever became of them.
-- $1 webhook, $2 at most
delete from webhook_deliveries
where id in (select id from webhook_deliveries where webhook = $1 limit $2)
