-- Drops the entries that processes handed over. Their cells are gone, so nothing reads them.
-- $1 sale
delete from handed_entries where sale = $1
