-- The live cells, with how far the ledger has settled and instructed each.
-- $1 sale, or null for all sales
select c.sale, c.cell, c.epoch, c.state, c.protocol, c.settled_orders as "settledOrders",
  i.last as "lastInstruction"
from cells c
join inboxes i using (sale, cell)
join sale_rows s on s.id = c.sale
where s.is_live and ($1::text is null or c.sale = $1)
order by c.sale, c.cell
