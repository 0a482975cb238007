-- Removes processes: nothing can be lost with them.
-- $1 ids
delete from processes where id = any ($1::text[])
