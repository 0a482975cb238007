-- $1 sale, $2 id, $3 url, $4 kinds, $5 store or null
update webhooks set url = $3, kinds = $4, store = $5 where sale = $1 and id = $2
