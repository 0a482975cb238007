-- An order's row, locked. What belongs to it is read by the next statement: this one, when it had
-- to wait for the lock, still sees lines as they were before.
-- $1 order
select id from orders where id = $1 for update
