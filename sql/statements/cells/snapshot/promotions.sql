-- What promotions took from the orders of a cell, in the order in which they applied.
-- $1 sale, $2 cell
select p.* from promotion_rows p
join orders o on o.id = p."orderId"
where o.sale = $1 and o.cell = $2
order by p."orderId", p.place
