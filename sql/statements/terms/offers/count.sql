-- The number of offers in a sale, and of those of a store.
-- $1 sale, $2 store
select count(*) as "all", count(*) filter (where store = $2) as "ofStore"
from offers
where sale = $1
