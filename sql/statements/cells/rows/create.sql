-- Makes the cells of a sale, at its first opening.
-- $1 sale, $2 how many
insert into cells (sale, cell) select $1, generate_series(0, $2::integer - 1)
