-- Inserts the next payment of an order that the caller has locked.
-- $1 order, $2 number, $3 provider, $4 amount (minor units), $5 currency
insert into payments (id, order_id, number, provider, amount_minor, currency)
values ($1 || '_p' || $2::text, $1, $2::integer, $3, $4, $5)
