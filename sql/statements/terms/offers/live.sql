-- The offers of every live sale that are not deleted.
select r.*, o.image from offered_rows r
join offers o on o.sale = r.sale and o.id = r.id
join sale_rows s on s.id = r.sale
where s.is_live and not o.is_deleted
order by r.sale, r.id
