-- One dead letter, locked.
-- $1 id
select id, sale, cell, epoch, seq, position, order_id as "orderId", body, sqlstate, reason, state,
  created_at as "createdAt", resolved_at as "resolvedAt"
from dead_letters
where id = $1
for update
