-- Starts a new epoch, in recovery. Settlement of the old epoch is refused from then on.
-- $1 sale, $2 cell, $3 the new epoch, $4 protocol of the process that recovers it
update cells
set epoch = $3, state = 'recovering', protocol = $4, shas = null, settled_orders = 0,
  claimed_at = clock_timestamp(), away_since = coalesce(away_since, clock_timestamp())
where sale = $1 and cell = $2
