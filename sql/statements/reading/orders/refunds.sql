-- The refunds of an order, oldest first: at most 1000. With a store, only those of its lines, with
-- what went back for these.
-- $1 order, $2 store, or null for all lines
select r.id, r.who, sum(b.cash_minor)::bigint as "cashMinor",
  sum(b.packet_minor)::bigint as "packetMinor", r.points, r.coupons, r.restock,
  (extract(epoch from r.at) * 1000)::bigint as "atMs",
  jsonb_agg(jsonb_build_object('line', b.line, 'quantity', b.quantity, 'cash', b.cash_minor,
    'redPacket', b.packet_minor) order by b.line) as lines
from refunds r
join refund_lines b on b.refund_id = r.id
join order_lines l on l.order_id = r.order_id and l.line = b.line
where r.order_id = $1 and ($2::text is null or l.store = $2)
group by r.id
order by r.number
limit 1000
