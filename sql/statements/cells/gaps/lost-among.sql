-- Which of some numbers of an epoch were told as lost.
-- $1 sale, $2 cell, $3 epoch, $4 numbers
select n.seq
from unnest($4::bigint[]) as n (seq)
where exists (
  select from gaps g
  where g.sale = $1 and g.cell = $2 and g.epoch = $3 and g.is_lost and g.resolved_at is null
    and n.seq between g.first_seq and g.last_seq)
