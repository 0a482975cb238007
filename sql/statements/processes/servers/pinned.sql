-- The Redis server that holds the cells.
select pin, run_id as "runId" from pinned_servers order by id desc limit 1
