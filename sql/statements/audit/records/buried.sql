-- The buried orders and claims of some shoppers of a cell, with their entries.
-- $1 sale, $2 cell, $3 shoppers
select epoch, seq, body
from dead_letters
where sale = $1 and cell = $2 and state = 'buried' and body ->> 'shopper' = any ($3)
order by id
