-- Writes instructions into a cell's inbox, with numbers that take-numbers returned.
-- $1 sale, $2 cell, $3 first number, $4 bodies
insert into instructions (sale, cell, number, body)
select $1, $2, $3 + ordinality - 1, body
from unnest($4::jsonb[]) with ordinality as i (body, ordinality)
