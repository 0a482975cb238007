-- Units of orders settled from entries after a number: more than the cell's snapshot knew of.
-- $1 sale, $2 cell, $3 epoch, $4 seq
select l.offer, sum(l.quantity)::bigint as units
from orders o
join order_lines l on l.order_id = o.id
where o.sale = $1 and o.cell = $2 and o.epoch = $3 and o.seq > $4
group by l.offer
