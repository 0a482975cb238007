-- How far the ledger has settled a cell, and how far it has instructed it.
-- $1 sale, $2 cell
select c.epoch, c.state, c.cursor_epoch as "cursorEpoch", c.cursor_seq as "cursorSeq",
  c.cursor_tag as "cursorTag", c.drained_epoch as "drainedEpoch",
  c.settled_orders as "settledOrders", i.last as "lastInstruction"
from cells c
join inboxes i using (sale, cell)
where c.sale = $1 and c.cell = $2
