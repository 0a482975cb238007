-- Takes the report that has waited longest. What a worker took a minute ago and did not make is
-- free again: the worker died, or the ledger was too slow. Who asked two minutes ago waits no more,
-- so a report that cannot be made is taken twice, and then only if someone asks again.
update reports r set takes = r.takes + 1, taken_at = clock_timestamp()
from (
  select sale, store from reports
  where (as_of is null or as_of < asked_at)
    and asked_at > now() - interval '2 minutes'
    and (taken_at is null or taken_at < asked_at or taken_at < now() - interval '1 minute')
  order by asked_at
  limit 1
  for update skip locked
) next
where r.sale = next.sale and r.store = next.store
returning r.sale, r.store, r.takes
