-- Drops settled entries of a sale.
-- $1 sale, $2 how many at most
delete from entries
where ctid = any (array(select ctid from entries where sale = $1 limit $2))
