-- Cells of closed sales that processes need no longer know. The last hold could have ended a day
-- ago, no hold is open, and no cell is being rebuilt.
select c.sale, c.cell, c.epoch, c.cursor_epoch as "cursorEpoch", c.cursor_seq as "cursorSeq"
from cells c
join sales s on s.id = c.sale
where s.state = 'closed' and s.forgotten_at is null
  and s.closed_at + s.pay_within_s * interval '1 second' <= now() - interval '24 hours'
  and not exists (select from cells d where d.sale = s.id and d.state <> 'open')
  and (
    select o.expires_at from orders o
    where o.sale = s.id and o.state = 'reserved'
    order by o.sale, o.cell, o.expires_at
    limit 1) is null
order by c.sale, c.cell
