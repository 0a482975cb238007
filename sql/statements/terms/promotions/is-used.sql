-- Whether any order used a promotion, settled or buried. When none did, it reads every order of
-- the sale.
-- $1 sale, $2 promotion
select exists (
    select from dead_letters d
    where d.sale = $1 and d.state = 'buried' and (d.body -> 'outOfGifts' ? $2
      or d.body -> 'applied' @> jsonb_build_array(jsonb_build_object('promotion', $2::text))))
  or exists (
    select from orders where sale = $1 and $2 = any (out_of_gifts))
  or exists (
    select from orders o
    join order_promotions p on p.order_id = o.id
    where o.sale = $1 and p.promotion = $2) as "isSo"
