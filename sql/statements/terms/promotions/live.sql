-- The promotions of every live sale, by sale and id.
select p.sale, p.body from promotions p join sale_rows s on s.id = p.sale
where s.is_live
order by p.sale, p.id
