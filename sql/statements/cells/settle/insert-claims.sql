-- Inserts claims of one cell and epoch; one array a column.
-- $1 sale, $2 cell, $3 epoch, $4 ids, $5 seqs, $6 shoppers, $7 keys, $8 promotions, $9 amounts
-- (minor units; 0: a coupon), $10 budgets or null, $11 claimed at (ms)
insert into claims (id, sale, cell, epoch, seq, shopper, key, promotion, amount_minor, budget,
  claimed_at)
select id, $1, $2, $3, seq, shopper, key, promotion, amount, budget, to_timestamp(at / 1000.0)
from unnest($4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::bigint[],
    $10::text[], $11::bigint[])
  as c (id, seq, shopper, key, promotion, amount, budget, at)
