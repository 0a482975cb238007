-- Cells with unpaid orders whose time is over, by Postgres' clock.
select c.sale, c.cell from cells c
where exists (
  select from orders o
  where o.sale = c.sale and o.cell = c.cell and o.state = 'reserved' and o.expires_at <= now())
order by c.sale, c.cell
