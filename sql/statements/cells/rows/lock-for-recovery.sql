-- Locks the cell that a recovery wants to claim, and says how long ago another recovery claimed it.
-- No row when the sale is forgotten.
-- $1 sale, $2 cell
select c.epoch, c.state, c.protocol, c.drained_epoch as "drainedEpoch", c.run_id as "runId",
  c.opened_epoch as "openedEpoch",
  coalesce(extract(epoch from clock_timestamp() - c.claimed_at) * 1000, 1e12)::float8
    as "claimedMsAgo"
from cells c
join sales s on s.id = c.sale and s.forgotten_at is null
where c.sale = $1 and c.cell = $2
for update of c
