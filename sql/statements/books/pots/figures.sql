-- What cells were given of each pot and spent of it, over all cells.
-- $1 sale
select p.pot, p.amount, coalesce(sum(a.allotted), 0)::bigint as allotted,
  coalesce(sum(a.spent), 0)::bigint as spent
from pots p
left join pot_allotments a on a.sale = p.sale and a.pot = p.pot
where p.sale = $1
group by p.sale, p.pot
order by p.pot
