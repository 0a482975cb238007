-- A recovery under way says that it is alive.
-- $1 sale, $2 cell, $3 epoch of the claim
update cells set claimed_at = clock_timestamp()
where sale = $1 and cell = $2 and epoch = $3 and state = 'recovering'
