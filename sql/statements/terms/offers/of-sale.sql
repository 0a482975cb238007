-- The offers of a sale, by id.
-- $1 sale
select * from offered_rows where sale = $1 order by id
