-- The endpoints of a sale.
-- $1 sale
select number from webhooks where sale = $1 and removed_at is null
