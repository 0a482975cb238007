-- Drops instructions to its cells of a sale.
-- $1 sale, $2 how many at most
delete from instructions
where ctid = any (array(select ctid from instructions where sale = $1 limit $2))
