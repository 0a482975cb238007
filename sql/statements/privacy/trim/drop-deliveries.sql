-- Drops messages about a sale that are not due any more.
-- $1 sale, $2 how many at most
delete from webhook_deliveries
where id in (
  select d.id from webhook_deliveries d
  join webhooks w on w.number = d.webhook
  where w.sale = $1 and d.state <> 'due'
  union all
  select id from webhook_deliveries where sale = $1 and state <> 'due'
  limit $2)
