-- Inserts an endpoint.
-- $1 sale, or null for all, $2 id, $3 url, $4 kinds, $5 store or null, $6 owner ('': an operator)
-- $7 secret, $8 whether it is enabled
insert into webhooks (sale, id, url, kinds, store, owner, secret, is_enabled)
values ($1, $2, $3, $4, $5, $6, $7, $8)
