-- The promotions of every live sale that are not deleted, by sale and id.
select p.sale, p.body from promotions p join sale_rows s on s.id = p.sale
where s.is_live and not p.is_deleted
order by p.sale, p.id
