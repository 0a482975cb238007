-- Notes that every number of a gap was found after all.
-- $1 sale, $2 cell
update gaps g set resolved_at = now()
where g.sale = $1 and g.cell = $2 and g.resolved_at is null
  and g.last_seq - g.first_seq + 1 = (
    select count(*) from entries e
    where e.sale = g.sale and e.cell = g.cell and e.epoch = g.epoch
      and e.seq between g.first_seq and g.last_seq)
