-- Ends the claim of a recovery that failed: the next one need not wait until this one counts as
-- stalled.
-- $1 sale, $2 cell, $3 epoch of the claim
update cells set claimed_at = null
where sale = $1 and cell = $2 and epoch = $3 and state = 'recovering'
