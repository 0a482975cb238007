-- Locks an order's row, unless the order has no line of the store. The next statement reads the
-- rest: after a wait for the lock, this statement would still see the lines as they were before.
-- $1 order, $2 store, or null for any order
select id from orders
where id = $1 and ($2::text is null
  or exists (select from order_lines l where l.order_id = orders.id and l.store = $2))
for update of orders
