-- Locks an order's row. The next statement reads the rest: after a wait for the lock, this
-- statement would still see the lines as they were before.
-- $1 order
select id from orders where id = $1 for update
