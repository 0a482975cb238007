-- Makes stores members of a sale, and sets the bounds of those that are members.
-- $1 sale, $2 stores, each once, $3 the most offers of each, $4 the most promotions of each
insert into sale_stores (sale, store, offers_max, promotions_max)
select $1, store, offers_max, promotions_max
from unnest($2::text[], $3::integer[], $4::integer[]) as m (store, offers_max, promotions_max)
on conflict (sale, store) do update
set offers_max = excluded.offers_max, promotions_max = excluded.promotions_max
where (sale_stores.offers_max, sale_stores.promotions_max)
  is distinct from (excluded.offers_max, excluded.promotions_max)
