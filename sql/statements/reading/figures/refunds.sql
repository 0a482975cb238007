-- What refunds gave back for each offer, cash and red packet, in minor units. It reads every order
-- of the sale.
-- $1 sale
select l.offer, sum(b.cash_minor + b.packet_minor)::bigint as "refundedMinor"
from orders o
join refunds r on r.order_id = o.id
join refund_lines b on b.refund_id = r.id
join order_lines l on l.order_id = o.id and l.line = b.line
where o.sale = $1 and o.state in ('partly_refunded', 'refunded')
group by l.offer
