-- An offer's cap, in units: as it was asked for, as cells have it, what orders took, and the debt.
-- $1 sale, $2 offer
select f.cap as asked, f.assigned as effective, coalesce(sum(a.held + a.sold), 0)::bigint
    as committed,
  f.debt
from offers f
left join allotments a on a.sale = f.sale and a.offer = f.id
where f.sale = $1 and f.id = $2 and not f.is_deleted
group by f.sale, f.id
