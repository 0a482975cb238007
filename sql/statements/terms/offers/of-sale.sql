-- The offers of a sale that are not deleted, by id.
-- $1 sale
select r.*, o.image from offered_rows r
join offers o on o.sale = r.sale and o.id = r.id
where r.sale = $1 and not o.is_deleted
order by r.id
