-- Nothing of these sales is left in Redis.
-- $1 ids
update sales set freed_at = now() where id = any ($1::text[])
