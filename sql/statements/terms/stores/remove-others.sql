-- Ends the membership of all stores that are not among some stores.
-- $1 sale, $2 the stores that stay
delete from sale_stores where sale = $1 and not store = any ($2::text[])
