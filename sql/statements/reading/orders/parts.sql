-- Some orders, in the order of their ids in $1. With a store, only the lines of that store count,
-- also in the state: other lines say nothing about them. An order without such lines is left out.
-- $1 orders, $2 store, or null for all lines, $3 only with this offer, or null, $4 only in this
-- state, or null
select o.id, o.sale, o.shopper, part.state, s.currency, o.rules_version as "rulesVersion",
  (extract(epoch from o.placed_at) * 1000000)::bigint as "atUs",
  (extract(epoch from o.pay_by) * 1000)::bigint as "payByMs",
  o.points_used as "pointsUsed", o.out_of_gifts as "outOfGifts", part.lines,
  coalesce((select jsonb_agg(to_jsonb(p) - array['orderId', 'place'] order by p.place)
    from promotion_rows p where p."orderId" = o.id), '[]') as applied,
  (select coalesce(sum(b.cash_minor), 0)::bigint
    from refunds r
    join refund_lines b on b.refund_id = r.id
    join order_lines l on l.order_id = r.order_id and l.line = b.line
    where r.order_id = o.id and ($2::text is null or l.store = $2)) as "refundedMinor"
from unnest($1::text[]) with ordinality as named (id, place)
join orders o on o.id = named.id
join sales s on s.id = o.sale
cross join lateral (
  select
    jsonb_agg(jsonb_build_object('line', l.line, 'offer', l.offer,
      'title', coalesce(f.title, l.offer), 'store', l.store, 'quantity', l.quantity,
      'priceMinor', l.price_minor, 'netMinor', l.net_minor, 'isGift', l.is_gift,
      'refunded', l.refunded) order by l.line) as lines,
    bool_or(l.offer = $3) as "hasOffer",
    case
      when $2::text is null then o.state
      when o.state not in ('paid', 'partly_refunded', 'refunded') then o.state
      when coalesce(bool_and(l.refunded = l.quantity) filter (where not l.is_gift),
        bool_and(l.refunded = l.quantity)) then 'refunded'
      when bool_or(l.refunded > 0) then 'partly_refunded'
      else 'paid'
    end as state
  from order_lines l
  left join offers f on f.sale = o.sale and f.id = l.offer
  where l.order_id = o.id and ($2::text is null or l.store = $2)
) part
where part.lines is not null
  and ($3::text is null or part."hasOffer")
  and ($4::text is null or part.state = $4)
order by named.place
