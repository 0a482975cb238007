-- Cells of forgotten sales that still have keys in Redis: by now no process knows them. A cell that
-- was being rebuilt may hold what is nowhere else, and stays.
select c.sale, c.cell, c.epoch, c.cursor_epoch as "cursorEpoch", c.cursor_seq as "cursorSeq"
from cells c
join sales s on s.id = c.sale
where s.forgotten_at < now() - interval '1 minute' and s.freed_at is null
  and not exists (select from cells d where d.sale = s.id and d.state <> 'open')
order by c.sale, c.cell
