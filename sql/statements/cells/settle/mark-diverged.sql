-- The chain broke, or more was sold than given: nothing more settles until the cell is recovered.
-- $1 sale, $2 cell, $3 epoch
update cells set state = 'diverged' where sale = $1 and cell = $2 and epoch = $3
