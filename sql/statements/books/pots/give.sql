-- Gives shares of a pot to cells; the array has one element a cell, from 0.
-- $1 sale, $2 pot, $3 amounts by cell
insert into pot_allotments (sale, cell, pot, allotted)
select $1, ordinality - 1, $2, amount
from unnest($3::bigint[]) with ordinality as u (amount, ordinality)
on conflict (sale, cell, pot) do update
set allotted = pot_allotments.allotted + excluded.allotted
