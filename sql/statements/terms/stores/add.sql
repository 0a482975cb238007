-- Makes a store a member of a sale.
-- $1 sale, $2 store, $3 the most offers, $4 the most promotions
insert into sale_stores (sale, store, offers_max, promotions_max) values ($1, $2, $3, $4)
