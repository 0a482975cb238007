-- Every row is a broken promise. A sound ledger gives none.
-- I7 for every order, paid = kept + refunded: its lines and its row are the sums of its refunds;
-- each line's cash and red packet follow from its frozen share, and so do points and coupons; its
-- state says what is left of it. With clawback, cash is compared over the whole order only.
-- $1 sale, or null for all sales
with chosen as (
  select id from sales where $1::text is null or id = $1
),
made as (
  select r.*, o.sale
  from refunds r
  join orders o on o.id = r.order_id
  join chosen c on c.id = o.sale
),
parts as (
  select m.order_id, p.line, sum(p.quantity) as units,
    sum(p.quantity) filter (where m.restock) as restocked, sum(p.cash_minor) as cash,
    sum(p.packet_minor) as packet, bool_or(m.has_clawback) as has_clawback
  from made m
  join refund_lines p on p.refund_id = m.id
  group by m.order_id, p.line
),
shares as (
  select p.order_id, s.place - 1 as line,
    sum(s.share) filter (where p.layer = 'red_packet') as packet,
    sum(s.share) filter (where p.layer = 'points') as points
  from order_promotions p
  cross join unnest(p.shares) with ordinality as s (share, place)
  where p.layer in ('red_packet', 'points')
    and p.order_id in (select order_id from made)
  group by p.order_id, s.place
),
stands as (
  select o.id, o.state, o.total_minor, o.refunded_minor, o.points_used,
    coalesce(bool_and(l.refunded = l.quantity) filter (where not l.is_gift), false) as is_whole,
    bool_or(l.refunded > 0) as is_touched,
    sum(div(s.points * l.refunded, l.quantity)) as points_share
  from orders o
  join chosen c on c.id = o.sale
  join order_lines l on l.order_id = o.id
  left join shares s on s.order_id = l.order_id and s.line = l.line
  where o.state not in ('reserved', 'expired', 'cancelled')
  group by o.id
),
given as (
  select order_id, sum(cash_minor) as cash, sum(points) as points
  from made
  group by order_id
),
rates as (
  select p.order_id, p.discount_minor / o.points_used as minor_units
  from order_promotions p
  join orders o on o.id = p.order_id
  where p.promotion = 'points' and o.points_used > 0
)
select 'I7' as promise, format('%s line %s', l.order_id, l.line) as subject,
  format('refunded %s, restocked %s; refunds say %s, %s', l.refunded, l.restocked,
    coalesce(p.units, 0), coalesce(p.restocked, 0)) as detail
from order_lines l
join orders o on o.id = l.order_id
join chosen c on c.id = o.sale
left join parts p on p.order_id = l.order_id and p.line = l.line
where l.refunded <> coalesce(p.units, 0) or l.restocked <> coalesce(p.restocked, 0)
union all
select 'I7', format('%s line %s', p.order_id, p.line),
  format('refunded %s of a net of %s and %s of red packet, for %s of %s units', p.cash, l.net_minor,
    p.packet, p.units, l.quantity)
from parts p
left join order_lines l on l.order_id = p.order_id and l.line = p.line
left join shares s on s.order_id = p.order_id and s.line = p.line
where l.line is null
  or p.packet <> div(coalesce(s.packet, 0) * p.units, l.quantity)
  or (not p.has_clawback and p.cash <> div(l.net_minor * p.units, l.quantity))
union all
select 'I7', t.id, format('%s, refunded %s of %s, refunds say %s', t.state, t.refunded_minor,
  t.total_minor, coalesce(g.cash, 0))
from stands t
left join given g on g.order_id = t.id
where t.refunded_minor <> coalesce(g.cash, 0)
  or (t.is_whole and t.refunded_minor <> t.total_minor)
  or t.state <> case when t.is_whole then 'refunded' when t.is_touched then 'partly_refunded'
    else 'paid' end
union all
select 'I7', t.id, format('%s points returned of %s', coalesce(g.points, 0), t.points_used)
from stands t
join rates r on r.order_id = t.id
left join given g on g.order_id = t.id
where coalesce(g.points, 0) <> div(coalesce(t.points_share, 0), r.minor_units)
union all
select 'I7', m.id, format('refunds %s and %s of red packet, its lines say %s and %s', m.cash_minor,
  m.packet_minor, coalesce(sum(p.cash_minor), 0), coalesce(sum(p.packet_minor), 0))
from made m
left join refund_lines p on p.refund_id = m.id
group by m.id, m.cash_minor, m.packet_minor
having m.cash_minor <> coalesce(sum(p.cash_minor), 0)
  or m.packet_minor <> coalesce(sum(p.packet_minor), 0)
union all
select 'I7', m.order_id, format('coupons returned: %s, used: %s', array_agg(distinct coupon), used)
from made m
cross join lateral (
  select coalesce(array_agg(p.promotion), '{}') as used
  from order_promotions p
  where p.order_id = m.order_id and p.is_coupon and p.layer not in ('red_packet', 'points')
) u
left join unnest(m.coupons) coupon on true
group by m.id, m.order_id, m.state, used
having count(coupon) <> case when m.state = 'refunded' then cardinality(used) else 0 end
  or not array_remove(array_agg(coupon), null) <@ used
order by promise, subject
limit 1000
