-- Every live cell, with its epoch and its scripts.
select c.sale, c.cell, c.epoch, c.state, c.protocol, c.shas
from cells c
join sale_rows s on s.id = c.sale
where s.is_live
order by c.sale, c.cell
