-- An order with what its refunds need; it is locked. Whether what is kept is priced anew was
-- decided by its first refund, or else is by the sale.
-- $1 order
select o.*, s.points_rate as "pointsRate",
  coalesce(first.has_clawback, s.has_clawback) as "hasClawback",
  (select count(*) from refunds r where r.order_id = o.id) as refunds
from settled_order_rows o
join sales s on s.id = o.sale
left join refunds first on first.order_id = o.id and first.number = 1
where o.id = $1
