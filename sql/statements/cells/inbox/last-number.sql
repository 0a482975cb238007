-- The number of a cell's last instruction.
-- $1 sale, $2 cell
select last from inboxes where sale = $1 and cell = $2
