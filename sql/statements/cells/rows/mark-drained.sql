-- Every epoch up to $4 is settled or among the dead letters; only while the claim is ours.
-- $1 sale, $2 cell, $3 epoch of the claim, $4 drained epoch
update cells set drained_epoch = $4
where sale = $1 and cell = $2 and epoch = $3 and state = 'recovering'
