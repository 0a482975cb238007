-- Endpoints that were deleted and have still something here.
select number from webhooks where removed_at is not null order by number limit 100
