-- Chores of which no run has ended or made progress for several of their periods and some time
-- more. A chore that has not run for a day, while others have, belongs to another release.
-- $1 periods, $2 the time more (ms)
select chore, (extract(epoch from ran_at) * 1000)::bigint as "ranAtMs"
from chore_runs
where ran_at < now() - ($1::bigint * every_ms + $2::bigint) * interval '1 millisecond'
  and ran_at > (select max(ran_at) from chore_runs) - interval '1 day'
order by chore
