-- Lets one transaction at a time create or change endpoints for all sales.
select pg_advisory_xact_lock(hashtextextended('webhooks of all sales', 0))
