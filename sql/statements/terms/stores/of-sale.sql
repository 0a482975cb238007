-- The stores of a sale, by id.
-- $1 sale
select store, offers_max as "offersMax", promotions_max as "promotionsMax"
from sale_stores
where sale = $1
order by store
