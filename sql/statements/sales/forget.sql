-- Closed sales that processes need to know no more: a day after the last hold in them could end,
-- and none is open.
update sales s set forgotten_at = now()
where s.state = 'closed' and s.forgotten_at is null
  and greatest(s.closes_at, s.closed_at + s.pay_within_s * interval '1 second')
    <= now() - interval '24 hours'
  and (
    select o.expires_at from orders o
    where o.sale = s.id and o.state = 'reserved'
    order by o.sale, o.cell, o.expires_at
    limit 1) is null
