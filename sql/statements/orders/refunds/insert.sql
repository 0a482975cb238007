-- Inserts a refund.
-- $1 id, $2 order, $3 number, $4 who, $5 key, $6 fingerprint, $7 the order's state after it, $8
-- cash, $9 red packet (minor units), $10 points, $11 coupons, $12 restock, $13 clawback
insert into refunds (id, order_id, number, who, key, fingerprint, state, cash_minor, packet_minor,
  points, coupons, restock, has_clawback)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
