-- Removes processes that acknowledge nothing and have not been seen for a while.
-- $1 milliseconds
delete from processes
where not acknowledges and seen_at < clock_timestamp() - $1::float8 * interval '1 millisecond'
