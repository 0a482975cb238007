-- The next $3 numbers of a cell's inbox; the row is locked until the effect commits.
-- $1 sale, $2 cell, $3 how many
update inboxes set last = last + $3 where sale = $1 and cell = $2 returning last
