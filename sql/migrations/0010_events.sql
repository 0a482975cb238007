-- Up Migration
-- Endpoints that get the events of all sales. It takes short exclusive locks on webhooks and on
-- webhook_deliveries, and reads the latter once.

-- sale null: the endpoint gets events of all sales. An id is unique for its sale and owner.
alter table webhooks alter column sale drop not null;
drop index webhooks_name;
create unique index webhooks_name on webhooks (sale, owner, id) nulls not distinct
  where removed_at is null;
create index webhooks_of_all_sales on webhooks (store) where sale is null and removed_at is null;

-- The body lacks the id and the time of the event: they are added when it is sent or shown. sale:
-- what an event for an endpoint of all sales is about; null: the endpoint has a sale, or the event
-- is about none.
alter table webhook_deliveries add column sale text collate "C";
create index webhook_deliveries_of_sale on webhook_deliveries (sale, state, id)
  where sale is not null;
