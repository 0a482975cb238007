-- Inserts rows for shoppers who claimed a red packet and had no balance.
-- $1 sale, $2 cell, $3 shoppers
insert into balances (sale, cell, shopper)
select $1, $2, shopper
from unnest($3::text[]) as b (shopper)
order by shopper collate "C"
on conflict (sale, shopper) do nothing
