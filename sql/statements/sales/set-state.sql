-- $1 id, $2 state
update sales set state = $2 where id = $1
