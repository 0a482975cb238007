-- Marks a cell as diverged, because its chain broke or it sold more than it was given. Nothing more
-- settles until a recovery rebuilds the cell.
-- $1 sale, $2 cell, $3 epoch
update cells set state = 'diverged', away_since = coalesce(away_since, clock_timestamp())
where sale = $1 and cell = $2 and epoch = $3
