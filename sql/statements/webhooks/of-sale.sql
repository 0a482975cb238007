-- At most 20. Secrets stay here.
-- $1 sale
select id, url, kinds, store, owner from webhooks where sale = $1 order by id
