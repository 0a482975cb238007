-- The offers of every live sale.
select o.* from offered_rows o join sale_rows s on s.id = o.sale
where s.is_live
order by o.sale, o.id
