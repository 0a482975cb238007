-- Whether a store has an offer in a sale.
-- $1 sale, $2 store
select exists (select from offers where sale = $1 and store = $2) as is_so
