-- A store that is not among some stores, but has something in the sale. No row: there is none.
-- $1 sale, $2 stores
select m.store
from sale_stores m
where m.sale = $1 and not m.store = any ($2::text[]) and (
  exists (select from offers o
    where o.sale = m.sale and o.store = m.store and not o.is_deleted)
  or exists (select from budgets b where b.sale = m.sale and b.store = m.store)
  or exists (select from promotions p
    where p.sale = m.sale and p.body -> 'stores' ? m.store
      and not p.is_deleted)
  or exists (select from webhooks w
    where w.sale = m.sale and w.removed_at is null and w.store = m.store))
order by m.store
limit 1
