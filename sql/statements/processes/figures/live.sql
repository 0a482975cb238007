-- The processes that are alive, each with what it last said of itself.
-- $1 a process was seen within this time (ms)
select p.id, p.name, p.protocol, p.acknowledges,
  (extract(epoch from p.started_at) * 1000)::bigint as "startedAtMs", f.figures,
  (extract(epoch from clock_timestamp() - f.told_at) * 1000)::float8 as "toldMsAgo"
from processes p
left join process_figures f on f.process = p.id
where p.seen_at > clock_timestamp() - $1::float8 * interval '1 millisecond'
order by p.started_at, p.id
