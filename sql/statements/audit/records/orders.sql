-- Every order of some shoppers in a cell, as cells/snapshot/orders.sql reads it, with its entry.
-- $1 sale, $2 cell, $3 shoppers
select o.id, o.shopper, o.key, o.fingerprint, o.rules_version as "rulesVersion",
  (extract(epoch from o.pay_by) * 1000)::bigint as "payByMs", o.out_of_gifts as "outOfGifts",
  o.points_used as "pointsUsed", o.state,
  (extract(epoch from o.moved_at) * 1000)::bigint as "movedAtMs", l.offer, l.store, l.quantity,
  l.price_minor as "priceMinor", l.net_minor as "netMinor", l.is_gift as "isGift", o.epoch, o.seq
from orders o
join order_lines l on l.order_id = o.id
where o.sale = $1 and o.cell = $2 and o.shopper = any ($3)
order by o.epoch, o.seq, o.id, l.line
