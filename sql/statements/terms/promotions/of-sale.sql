-- The promotions of a sale that are not deleted, by id, by code unit.
-- $1 sale
select sale, body from promotions where sale = $1 and not is_deleted order by id
