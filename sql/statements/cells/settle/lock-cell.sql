-- The cell's row, locked: one settler at a time, and none of a past epoch.
-- $1 sale, $2 cell
select epoch, state, cursor_epoch, cursor_seq, cursor_tag
from cells
where sale = $1 and cell = $2
for update
