-- Makes the inboxes of a sale's cells, at its first opening.
-- $1 sale, $2 how many
insert into inboxes (sale, cell) select $1, generate_series(0, $2::integer - 1)
