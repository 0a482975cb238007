-- What a store is in a sale: whether it is a member, with which bounds, and whether everyone sees
-- the sale. No row: there is no such sale.
-- $1 sale, $2 store
select m.store is not null as "isMember", m.offers_max as "offersMax",
  m.promotions_max as "promotionsMax",
  s.state <> 'draft' or coalesce(s.visible_from <= now(), false) as "isAnnounced"
from sales s
left join sale_stores m on m.sale = s.id and m.store = $2
where s.id = $1
