-- Which of some orders and claims have a key under which the ledger has another one.
-- $1 sale, $2 ids, $3 shoppers, $4 keys, $5 true: an order, false: a claim
select w.id
from unnest($2::text[], $3::text[], $4::text[], $5::boolean[]) as w (id, shopper, key, is_order)
where w.is_order and exists (
    select from orders o
    where o.sale = $1 and o.shopper = w.shopper and o.key = w.key and o.id <> w.id)
  or not w.is_order and exists (
    select from claims c
    where c.sale = $1 and c.shopper = w.shopper and c.key = w.key and c.id <> w.id)
