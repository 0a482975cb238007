-- The offers of a sale, by id.
-- $1 sale
select * from offer_rows where sale = $1 order by id
