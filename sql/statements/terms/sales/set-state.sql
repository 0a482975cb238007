-- Moves a sale to a new state.
-- $1 id, $2 state
update sales
set state = $2, closed_at = case when $2 = 'closed' then now() else closed_at end
where id = $1
