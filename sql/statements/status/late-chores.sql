-- Chores that no process has ended for several of their periods.
-- $1 periods
select chore, (extract(epoch from ran_at) * 1000)::bigint as "ranAtMs"
from chore_runs
where ran_at < now() - $1::integer * every_ms * interval '1 millisecond'
order by chore
