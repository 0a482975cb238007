-- Entries that processes handed over, of one epoch, in order.
-- $1 sale, $2 cell, $3 epoch, $4 the number they follow, $5 how many at most
select epoch, seq, tag, prev, version, orders, placed, body
from handed_entries
where sale = $1 and cell = $2 and epoch = $3 and seq > $4
order by seq, tag
limit $5
