-- Inserts orders of one cell and epoch; one array a column. The time to pay counts from settlement,
-- so an outage of Postgres does not shorten it.
-- $1 sale, $2 cell, $3 epoch, $4 ids, $5 seqs, $6 shoppers, $7 keys, $8 fingerprints, $9 totals
-- (minor units), $10 rules versions, $11 placed at (ms), $12 pay by (ms), $13 points used, $14
-- promotions out of gifts, joined by commas
insert into orders (id, sale, cell, epoch, seq, shopper, key, fingerprint, total_minor,
  rules_version, placed_at, pay_by, expires_at, points_used, out_of_gifts)
select id, $1, $2, $3, seq, shopper, key, fingerprint, total, rules_version,
  to_timestamp(placed / 1000.0), to_timestamp(pay_by / 1000.0),
  greatest(to_timestamp(pay_by / 1000.0), now() + (pay_by - placed) * interval '1 millisecond'),
  points, string_to_array(out_of_gifts, ',')
from unnest($4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::bigint[],
    $10::integer[], $11::bigint[], $12::bigint[], $13::bigint[], $14::text[])
  as o (id, seq, shopper, key, fingerprint, total, rules_version, placed, pay_by, points,
    out_of_gifts)
