-- No process needs to know these sales any more.
-- $1 ids
update sales set forgotten_at = now() where id = any ($1::text[])
