-- Locks unpaid orders of a cell whose time is over, the oldest first. It skips orders that another
-- transaction has locked.
-- $1 sale, $2 cell, $3 how many at most, $4 orders to pass over
select id from orders
where sale = $1 and cell = $2 and state = 'reserved' and expires_at <= now()
  and id <> all ($4::text[])
order by expires_at
limit $3
for update skip locked
