-- Notes that Redis has no keys of these sales any more.
-- $1 ids
update sales set freed_at = now() where id = any ($1::text[])
