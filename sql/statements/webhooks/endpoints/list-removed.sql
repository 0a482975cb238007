-- Removed endpoints whose row is still there.
select number from webhooks where removed_at is not null order by number limit 100
