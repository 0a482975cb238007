-- Every order of a cell in any state, with the columns of the cell's records; oldest first, one row
-- a line.
-- $1 sale, $2 cell
select o.id, o.shopper, o.key, o.fingerprint, o.rules_version as "rulesVersion",
  (extract(epoch from o.pay_by) * 1000)::bigint as "payByMs", o.out_of_gifts as "outOfGifts",
  o.points_used as "pointsUsed", o.state,
  (extract(epoch from o.moved_at) * 1000)::bigint as "movedAtMs", l.offer, l.store, l.quantity,
  l.price_minor as "priceMinor",
  l.net_minor as "netMinor", l.is_gift as "isGift"
from orders o
join order_lines l on l.order_id = o.id
where o.sale = $1 and o.cell = $2
order by o.epoch, o.seq, o.id, l.line
