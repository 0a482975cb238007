-- Where pots stand, over all cells: what they were given, and what was spent of it.
-- $1 sale
select p.pot, p.amount, coalesce(sum(a.allotted), 0)::bigint as allotted,
  coalesce(sum(a.spent), 0)::bigint as spent
from pots p
left join pot_allotments a on a.sale = p.sale and a.pot = p.pot
where p.sale = $1
group by p.sale, p.pot
order by p.pot
