-- Deletes some of an endpoint's deliveries, in any state.
-- $1 webhook, $2 how many at most
delete from webhook_deliveries
where id in (select id from webhook_deliveries where webhook = $1 limit $2)
