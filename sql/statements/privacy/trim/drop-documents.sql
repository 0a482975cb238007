-- Drops documents of a sale.
-- $1 sale, $2 how many at most
delete from documents
where ctid = any (array(select ctid from documents where sale = $1 limit $2))
