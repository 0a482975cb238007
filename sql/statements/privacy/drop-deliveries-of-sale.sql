-- Drops messages about a sale.
-- $1 sale, $2 how many at most
delete from webhook_deliveries
where id in (
  select d.id from webhook_deliveries d
  join webhooks w on w.number = d.webhook
  where w.sale = $1
  union all
  select id from webhook_deliveries where sale = $1
  limit $2)
