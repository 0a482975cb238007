-- What the answers about a shopper's orders show of a sale: its currency and the titles of offers.
-- $1 sale, $2 offers
select s.currency, (select coalesce(jsonb_object_agg(f.id, f.title), '{}')
  from offers f where f.sale = s.id and f.id = any ($2::text[])) as titles
from sales s where s.id = $1
