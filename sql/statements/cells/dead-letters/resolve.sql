-- Notes that an operator replayed or released a dead letter.
-- $1 id, $2 replayed or released
update dead_letters set state = $2, resolved_at = now() where id = $1
