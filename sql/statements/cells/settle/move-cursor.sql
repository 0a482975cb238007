-- Moves the cursor, in the transaction of the effect. It never goes back to an older epoch, and
-- only orders of the present epoch count.
-- $1 sale, $2 cell, $3 epoch of the entries, $4 last seq, $5 its tag, $6 orders settled or buried
update cells
set cursor_epoch = $3, cursor_seq = $4, cursor_tag = $5,
  settled_orders = settled_orders + case when epoch = $3 then $6::bigint else 0 end
where sale = $1 and cell = $2 and cursor_epoch <= $3
