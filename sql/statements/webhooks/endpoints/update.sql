-- Changes an endpoint, except its secret.
-- $1 webhook, $2 url, $3 kinds, $4 store or null, $5 whether it is enabled
update webhooks set url = $2, kinds = $3, store = $4, is_enabled = $5 where number = $1
