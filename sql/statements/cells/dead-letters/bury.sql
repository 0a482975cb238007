-- Keeps an order, claim or entry that could not be settled, with its bytes. A repeated try keeps it
-- once.
-- $1 sale, $2 cell, $3 epoch, $4 seq, $5 tag, $6 position in the entry (-1: the entry itself), $7
-- order id or null, $8 order or null, $9 bytes, $10 SQLSTATE or null, $11 reason
insert into dead_letters (sale, cell, epoch, seq, tag, position, order_id, body, bytes, sqlstate,
  reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict on constraint dead_letters_once do nothing
