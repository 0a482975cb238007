-- Cells with unpaid orders whose time is over by the clock of Postgres, if this release knows the
-- cells' scripts.
-- $1 protocol of this release
select c.sale, c.cell from cells c
join sales s on s.id = c.sale and s.forgotten_at is null
where c.protocol in (0, $1) and exists (
  select from orders o
  where o.sale = c.sale and o.cell = c.cell and o.state = 'reserved' and o.expires_at <= now())
order by c.sale, c.cell
