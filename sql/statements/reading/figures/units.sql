-- The units of every offer of a sale that is not deleted, by the ledger.
-- $1 sale
select f.id as offer, f.title, f.store, f.cap, f.debt,
  coalesce(sum(a.held), 0)::bigint as held, coalesce(sum(a.sold), 0)::bigint as sold
from offers f
left join allotments a on a.sale = f.sale and a.offer = f.id
where f.sale = $1 and not f.is_deleted
group by f.sale, f.id
order by f.id
