-- Every process, and whether it has handed over a cell for a recovery.
-- $1 sale, $2 cell, $3 epoch of the recovery
select p.id, p.name, p.acknowledges, p.run_id as "seenRunId", h.process is not null as "isDone",
  h.run_id as "runId",
  (extract(epoch from clock_timestamp() - p.seen_at) * 1000)::float8 as "seenMsAgo"
from processes p
left join hand_overs h
  on h.sale = $1 and h.cell = $2 and h.epoch = $3 and h.process = p.id
order by p.started_at, p.id
