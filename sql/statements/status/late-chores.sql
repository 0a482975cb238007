-- Chores that no process has ended for several of their periods and some time more.
-- $1 periods, $2 the time more (ms)
select chore, (extract(epoch from ran_at) * 1000)::bigint as "ranAtMs"
from chore_runs
where ran_at < now() - ($1::bigint * every_ms + $2::bigint) * interval '1 millisecond'
order by chore
