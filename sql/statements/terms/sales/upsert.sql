-- Inserts a sale or changes its terms.
-- $1 id, $2 name, $3 currency, $4 opens at (ms), $5 closes at (ms), $6 pay within (s), $7 cells, $8
-- layers, $9 points rate (minor units per point), $10 holds per shopper, $11 cooldown after, $12
-- cooldown (s), $13 whether refunds claw back, $14 early access, $15 visible from (ms or null)
insert into sales (id, name, currency, opens_at, closes_at, pay_within_s, cells, layers,
  points_rate, holds_per_shopper, cooldown_after, cooldown_s, has_clawback, access, visible_from)
values ($1, $2, $3, to_timestamp($4::bigint / 1000.0), to_timestamp($5::bigint / 1000.0), $6, $7,
  $8, $9, $10, $11, $12, $13, $14, to_timestamp($15::bigint / 1000.0))
on conflict (id) do update
set name = excluded.name, currency = excluded.currency, opens_at = excluded.opens_at,
  closes_at = excluded.closes_at, pay_within_s = excluded.pay_within_s, cells = excluded.cells,
  layers = excluded.layers, points_rate = excluded.points_rate,
  holds_per_shopper = excluded.holds_per_shopper, cooldown_after = excluded.cooldown_after,
  cooldown_s = excluded.cooldown_s, has_clawback = excluded.has_clawback,
  access = excluded.access,
  visible_from = excluded.visible_from
