-- Notes that an audit of a sale has ended.
-- $1 sale, $2 the rows that it found
insert into audit_runs (sale, ran_at, broken_promises) values ($1, now(), $2)
on conflict (sale) do update
set ran_at = excluded.ran_at, broken_promises = excluded.broken_promises
