-- A report as it stands: its rows when it is made, and otherwise whether a worker makes it.
-- $1 sale, $2 store; '': all stores
select
  case when as_of >= asked_at then rows end as rows,
  case when as_of >= asked_at then (extract(epoch from as_of) * 1000)::bigint end as "asOfMs",
  coalesce(taken_at >= asked_at and taken_at > now() - interval '1 minute', false) as "isTaken"
from reports
where sale = $1 and store = $2
