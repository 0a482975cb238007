-- Takes the next numbers of a cell's inbox. The row stays locked until the effect commits.
-- $1 sale, $2 cell, $3 how many numbers
update inboxes set last = last + $3 where sale = $1 and cell = $2 returning last
