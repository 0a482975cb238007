-- Dead letters, oldest first.
-- $1 state, or null for all states, $2 sale, or null for all sales, $3 after this id, $4 how many
-- at most
select id, sale, cell, epoch, seq, position, order_id as "orderId", body, sqlstate, reason, state,
  created_at as "createdAt", resolved_at as "resolvedAt"
from dead_letters
where id > $3 and ($1::text is null or state = $1) and ($2::text is null or sale = $2)
order by id
limit $4
