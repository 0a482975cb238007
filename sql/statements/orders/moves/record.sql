-- Adds a move of orders to their history, where it never changes.
-- $1 orders, $2 state before, $3 state after, $4 who, $5 why
insert into order_moves (order_id, from_state, to_state, who, why)
select order_id, $2, $3, $4, $5 from unnest($1::text[]) as m (order_id)
