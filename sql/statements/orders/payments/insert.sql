-- Inserts the next payment of an order that the caller has locked.
-- $1 order, $2 number, $3 provider, $4 amount (minor units), $5 currency, $6 where the shopper
-- returns to, in an object, or null
insert into payments (id, order_id, number, provider, amount_minor, currency, checkout)
values ($1 || '_p' || $2::text, $1, $2::integer, $3, $4, $5, $6)
