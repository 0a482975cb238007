-- Inserts what promotions took from the orders just inserted; one array a column.
-- $1 order ids, $2 places, $3 promotions, $4 layers, $5 bases, $6 discounts, $7 forfeited (minor
-- units), $8 funders, $9 budgets or null, $10 whether by coupon, $11 shares by line, each a text
-- such as {1,2}
insert into order_promotions (order_id, place, promotion, layer, basis_minor, discount_minor,
  forfeited_minor, funder, budget, is_coupon, shares)
select order_id, place, promotion, layer, basis, discount, forfeited, funder, budget, is_coupon,
  shares::bigint[]
from unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
    $7::bigint[], $8::text[], $9::text[], $10::boolean[], $11::text[])
  as p (order_id, place, promotion, layer, basis, discount, forfeited, funder, budget, is_coupon,
    shares)
