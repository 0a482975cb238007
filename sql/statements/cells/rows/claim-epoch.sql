-- A new epoch, recovering: settlers of the old one are refused from here on.
-- $1 sale, $2 cell, $3 epoch
update cells
set epoch = $3, state = 'recovering', shas = null, settled_orders = 0,
  claimed_at = clock_timestamp()
where sale = $1 and cell = $2
