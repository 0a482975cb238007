-- How far the ledger has settled a cell.
-- $1 sale, $2 cell
select epoch, state, cursor_epoch as "cursorEpoch", cursor_seq as "cursorSeq",
  cursor_tag as "cursorTag", drained_epoch as "drainedEpoch", settled_orders as "settledOrders"
from cells
where sale = $1 and cell = $2
