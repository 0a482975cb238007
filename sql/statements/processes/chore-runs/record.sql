-- Notes when a run of a chore succeeded or made progress last, and where.
-- $1 the chore, $2 its period in ms, $3 the process that ran it
insert into chore_runs (chore, every_ms, ran_at, process)
values ($1, $2, now(), $3)
on conflict (chore) do update
  set every_ms = excluded.every_ms,
      ran_at = excluded.ran_at,
      process = excluded.process
