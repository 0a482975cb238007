-- The units of every offer: its cap, its debt, and how many cells have, hold and sold.
-- $1 sale
select f.id as offer, f.cap, f.debt, f.cap + f.debt - f.assigned as unassigned,
  coalesce(sum(a.allotted), 0)::bigint as allotted, coalesce(sum(a.held), 0)::bigint as held,
  coalesce(sum(a.sold), 0)::bigint as sold
from offers f
left join allotments a on a.sale = f.sale and a.offer = f.id
where f.sale = $1
group by f.sale, f.id
order by f.id
