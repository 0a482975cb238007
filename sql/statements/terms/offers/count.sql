-- The number of offers in a sale that are not deleted, and of those of a store.
-- $1 sale, $2 store
select count(*) as "all", count(*) filter (where store = $2) as "ofStore"
from offers
where sale = $1 and not is_deleted
