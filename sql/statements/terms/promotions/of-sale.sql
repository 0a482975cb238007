-- The promotions of a sale, by id, by code unit.
-- $1 sale
select sale, body from promotions where sale = $1 order by id
