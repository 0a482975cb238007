-- Inserts or changes an offer. A deleted one is there again. Units that cells have above the new
-- cap are debt.
-- $1 sale, $2 id, $3 store, $4 title, $5 price, $6 list price (minor units), $7 cap, $8 limit or
-- null, $9 lane, $10 categories, $11 excluded layers, $12 opens at, $13 closes at (ms or null), $14
-- early access, $15 whether it is paused, $16 warning line in units, $17 in percent (or null),
-- $18 address of a picture or null
insert into offers (sale, id, store, title, price_minor, list_price_minor, cap, limit_per_shopper,
  lane, categories, excludes, opens_at, closes_at, access, is_paused, warn_units, warn_percent,
  image)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, to_timestamp($12::bigint / 1000.0),
  to_timestamp($13::bigint / 1000.0), $14, $15, $16, $17, $18)
on conflict (sale, id) do update
set store = excluded.store, title = excluded.title, price_minor = excluded.price_minor,
  list_price_minor = excluded.list_price_minor, cap = excluded.cap,
  debt = greatest(0, offers.assigned - excluded.cap),
  limit_per_shopper = excluded.limit_per_shopper, lane = excluded.lane,
  categories = excluded.categories, excludes = excluded.excludes,
  opens_at = excluded.opens_at, closes_at = excluded.closes_at, access = excluded.access,
  is_paused = excluded.is_paused, warn_units = excluded.warn_units,
  warn_percent = excluded.warn_percent, image = excluded.image, is_deleted = false
