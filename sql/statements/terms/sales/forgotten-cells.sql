-- Cells of forgotten sales that still have keys in Redis. A minute later no process knows the sale.
-- A cell that was being rebuilt keeps its keys: they may hold the only copy of an order.
select c.sale, c.cell, c.epoch, c.cursor_epoch as "cursorEpoch", c.cursor_seq as "cursorSeq"
from cells c
join sales s on s.id = c.sale
where s.forgotten_at < now() - interval '1 minute' and s.freed_at is null
  and not exists (select from cells d where d.sale = s.id and d.state <> 'open')
order by c.sale, c.cell
