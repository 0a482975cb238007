-- Lets one process at a time compare levels. Another process leaves it to the next second.
select pg_try_advisory_xact_lock(hashtextextended('stock levels', 0)) as is_mine
