-- Notes that a process handed over what it remembers of the epochs before a recovery's.
-- $1 sale, $2 cell, $3 epoch of the recovery, $4 process, $5 run id of its Redis or null, $6 heads
insert into hand_overs (sale, cell, epoch, process, run_id, heads)
values ($1, $2, $3, $4, $5, $6)
on conflict (sale, cell, epoch, process) do update set run_id = $5, heads = $6
