-- Opens a recovered cell for sale. It changes nothing when another recovery has the claim, or when
-- entries were handed over meanwhile that nobody has looked at.
-- $1 sale, $2 cell, $3 epoch of the claim, $4 protocol, $5 SHAs of the scripts, $6 run id of the
-- Redis server
update cells c
set state = 'open', protocol = $4, shas = $5, run_id = $6, opened_epoch = $3, away_since = null
where c.sale = $1 and c.cell = $2 and c.epoch = $3 and c.state = 'recovering'
  and not exists (
    select from handed_entries h
    where h.sale = c.sale and h.cell = c.cell and h.epoch < c.epoch)
