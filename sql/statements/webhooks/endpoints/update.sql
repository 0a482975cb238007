-- Changes an endpoint.
-- $1 webhook, $2 url, $3 kinds, $4 store or null
update webhooks set url = $2, kinds = $3, store = $4 where number = $1
