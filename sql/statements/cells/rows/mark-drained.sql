-- Notes that every entry up to an epoch is settled or a dead letter. It changes nothing when
-- another recovery has the claim.
-- $1 sale, $2 cell, $3 epoch of the claim, $4 drained epoch
update cells set drained_epoch = $4
where sale = $1 and cell = $2 and epoch = $3 and state = 'recovering'
