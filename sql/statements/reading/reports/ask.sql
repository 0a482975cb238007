-- Asks a worker for a report. One that waits for a worker, or is fresh, stays as it is.
-- A report is fresh for 5 s, or for twenty times as long as it took to make. One that was asked for
-- two minutes ago and not made can be asked for again, unless a worker is still at it.
-- $1 sale, $2 store; '': all stores
insert into reports as r (sale, store, asked_at) values ($1, $2, clock_timestamp())
on conflict (sale, store) do update set asked_at = excluded.asked_at
where (r.as_of >= r.asked_at
    and r.as_of < now() - greatest(interval '5 s', r.took_ms * interval '20 ms'))
  or (coalesce(r.as_of < r.asked_at, true)
    and r.asked_at <= now() - interval '2 minutes'
    and coalesce(r.taken_at <= now() - interval '1 minute', true))
