-- The stores of every live sale.
select m.sale, m.store, m.offers_max as "offersMax", m.promotions_max as "promotionsMax"
from sale_stores m
join sale_rows s on s.id = m.sale
where s.is_live
order by m.sale, m.store
