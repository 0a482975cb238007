-- Cells of sales that ended a day ago and more, and still have keys in Redis.
select c.sale, c.cell, c.epoch, c.cursor_epoch as "cursorEpoch", c.cursor_seq as "cursorSeq"
from cells c
join sales s on s.id = c.sale
join sale_rows v on v.id = s.id
where not v.is_live and s.forgotten_at is null
order by c.sale, c.cell
