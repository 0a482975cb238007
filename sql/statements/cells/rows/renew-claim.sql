-- Notes that the recovery that claimed the cell is still at work.
-- $1 sale, $2 cell, $3 epoch of the claim
update cells set claimed_at = clock_timestamp()
where sale = $1 and cell = $2 and epoch = $3 and state = 'recovering'
