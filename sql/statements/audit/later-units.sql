-- Units that were settled, buried or handed back in entries after a number: the cell was read
-- before, and did not know of them.
-- $1 sale, $2 cell, $3 epoch, $4 seq
select name, sum(amount)::bigint as amount
from (
  select l.offer as name, l.quantity as amount
  from orders o
  join order_lines l on l.order_id = o.id
  where o.sale = $1 and o.cell = $2 and o.epoch = $3 and o.seq > $4
  union all
  select l ->> 'offer', (l ->> 'quantity')::integer
  from dead_letters d, jsonb_array_elements(d.body -> 'lines') l
  where d.sale = $1 and d.cell = $2 and d.epoch = $3 and d.seq > $4 and d.state = 'buried'
  union all
  select offer, taken from withdrawals
  where sale = $1 and cell = $2 and epoch = $3 and seq > $4
) later
group by name
