-- How far the ledger has settled and instructed each cell, and since when it is away.
-- $1 sales
select c.sale, c.cell, c.epoch, c.state, c.cursor_epoch as "cursorEpoch",
  c.cursor_seq as "cursorSeq", c.settled_orders as "settledOrders", i.last as "lastInstruction",
  (extract(epoch from c.away_since) * 1000)::bigint as "awaySinceMs"
from cells c
join inboxes i using (sale, cell)
where c.sale = any ($1::text[])
order by c.sale, c.cell
