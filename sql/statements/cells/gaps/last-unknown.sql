-- The last gap of an epoch of which nobody knew how many orders it held.
-- $1 sale, $2 cell, $3 epoch
select epoch, first_seq as "firstSeq", last_seq as "lastSeq", orders
from gaps
where sale = $1 and cell = $2 and epoch = $3 and orders is null and resolved_at is null
order by first_seq desc
limit 1
