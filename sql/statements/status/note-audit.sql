-- Notes that an audit of a sale has ended. The time is read once the row is locked, so that it
-- never goes back while several workers audit.
-- $1 sale, $2 the rows that it found, $3 how long it took (ms)
insert into audit_runs (sale, ran_at, broken_promises, took_ms)
values ($1, clock_timestamp(), $2, $3)
on conflict (sale) do update
set ran_at = clock_timestamp(), broken_promises = excluded.broken_promises,
  took_ms = excluded.took_ms
returning (extract(epoch from ran_at) * 1000000)::bigint as "ranAtUs"
