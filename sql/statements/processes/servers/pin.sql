-- Notes which Redis server holds the cells from here on.
-- $1 pin, $2 run id, $3 why
insert into pinned_servers (pin, run_id, why) values ($1, $2, $3)
