-- Whether any order ever named an offer, settled or buried. When none did, it reads every order of
-- the sale.
-- $1 sale, $2 offer
select exists (
    select from allotments where sale = $1 and offer = $2 and held + sold > 0)
  or exists (
    select from dead_letters d
    where d.sale = $1 and d.state = 'buried'
      and d.body -> 'lines' @> jsonb_build_array(jsonb_build_object('offer', $2::text)))
  or exists (
    select from orders o
    join order_lines l on l.order_id = o.id
    where o.sale = $1 and l.offer = $2) as "isSo"
