-- Up Migration
-- Endpoints that are disabled for a while. Adds a column with a constant default: it takes a short
-- exclusive lock on webhooks, and rewrites nothing. A process of the previous release still sends
-- to a disabled endpoint.

-- is_enabled false: no event is written for it, and what is due is given up.
alter table webhooks add column is_enabled boolean not null default true;
