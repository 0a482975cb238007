-- Locks a cell's row: one settlement at a time runs for a cell, and it sees the present epoch.
-- $1 sale, $2 cell
select epoch, state, cursor_epoch, cursor_seq, cursor_tag
from cells
where sale = $1 and cell = $2
for update
