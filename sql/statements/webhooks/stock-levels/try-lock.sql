-- One process at a time compares levels; another one leaves it to the next second.
select pg_try_advisory_xact_lock(hashtextextended('stock levels', 0)) as is_mine
