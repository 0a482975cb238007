-- The offers that the cells of a sale know, deleted ones too, by id.
-- $1 sale
select * from offered_rows where sale = $1 order by id
