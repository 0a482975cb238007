-- Opens a recovered cell for sale. It changes nothing when another recovery has the claim.
-- $1 sale, $2 cell, $3 epoch of the claim, $4 protocol, $5 SHAs of the scripts
update cells set state = 'open', protocol = $4, shas = $5
where sale = $1 and cell = $2 and epoch = $3 and state = 'recovering'
