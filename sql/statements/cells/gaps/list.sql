-- Numbers of a sale's outboxes that nobody has, with the orders that are still missing.
-- $1 sale
select g.cell, g.epoch, g.first_seq as "firstSeq", g.last_seq as "lastSeq",
  g.orders - coalesce((select sum(e.orders) from entries e
    where e.sale = g.sale and e.cell = g.cell and e.epoch = g.epoch
      and e.seq between g.first_seq and g.last_seq), 0)::bigint as orders
from gaps g
where g.sale = $1 and g.resolved_at is null
order by g.cell, g.epoch, g.first_seq
