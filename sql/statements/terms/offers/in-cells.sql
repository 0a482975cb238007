-- The offers that the cells of a sale know, deleted ones too, by id.
-- $1 sale
select r.*, o.image from offered_rows r
join offers o on o.sale = r.sale and o.id = r.id
where r.sale = $1
order by r.id
