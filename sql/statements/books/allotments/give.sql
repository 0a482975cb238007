-- Gives units of an offer to cells; the array has one element a cell, from 0.
-- $1 sale, $2 offer, $3 units by cell
insert into allotments (sale, cell, offer, allotted)
select $1, ordinality - 1, $2, units
from unnest($3::bigint[]) with ordinality as u (units, ordinality)
on conflict (sale, cell, offer) do update
set allotted = allotments.allotted + excluded.allotted
