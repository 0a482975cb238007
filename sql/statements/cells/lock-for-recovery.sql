-- The row a recovery claims, with how long ago another claimed it.
-- $1 sale, $2 cell
select epoch, state, drained_epoch as "drainedEpoch",
  coalesce(extract(epoch from clock_timestamp() - claimed_at) * 1000, 1e12)::float8
    as "claimedMsAgo"
from cells
where sale = $1 and cell = $2
for update
