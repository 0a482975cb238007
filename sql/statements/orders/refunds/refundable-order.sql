-- An order with everything that a refund needs. Its first refund decides whether refunds
-- price anew what is kept; before that, the sale does.
-- $1 order
select o.*, s.points_rate as "pointsRate",
  coalesce(first.has_clawback, s.has_clawback) as "hasClawback",
  (select count(*) from refunds r where r.order_id = o.id) as refunds
from settled_order_rows o
join sales s on s.id = o.sale
left join refunds first on first.order_id = o.id and first.number = 1
where o.id = $1
