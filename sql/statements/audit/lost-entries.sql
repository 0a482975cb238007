-- Every row is a broken promise P2: numbers of an outbox that nobody has, so that acknowledged
-- orders are lost.
-- $1 sale, or null for all sales
select 'P2' as promise,
  format('%s.%s %s-%s to %s', g.sale, g.cell, g.epoch, g.first_seq, g.last_seq) as subject,
  format('lost %s acknowledged orders or claims: nobody has these entries',
    coalesce(m.missing::text, 'an unknown number of')) as detail
from gaps g
cross join lateral (
  select g.orders - coalesce(sum(e.orders), 0) as missing
  from entries e
  where e.sale = g.sale and e.cell = g.cell and e.epoch = g.epoch
    and e.seq between g.first_seq and g.last_seq
) m
where ($1::text is null or g.sale = $1) and g.is_lost and g.resolved_at is null
  and m.missing is distinct from 0
