-- Every row is a broken promise. A sound ledger gives none.
-- I6 coupons, points and red packets used are what orders used, without expired and cancelled ones;
-- those claimed are what claims say; those returned are what refunds say; nothing is used that was
-- not there; no shopper claimed more than the limit.
-- $1 sale, or null for all sales
with chosen as (
  select id from sales where $1::text is null or id = $1
),
standing as (
  select o.id, o.sale, o.shopper, o.points_used
  from orders o
  join chosen c on c.id = o.sale
  where o.state not in ('expired', 'cancelled')
),
coupons_used as (
  select o.sale, o.shopper, p.promotion, count(*) as used
  from order_promotions p
  join standing o on o.id = p.order_id
  where p.is_coupon
  group by o.sale, o.shopper, p.promotion
),
claimed as (
  select k.sale, k.shopper, k.promotion, count(*) as claims,
    count(*) filter (where k.amount_minor = 0) as coupons, sum(k.amount_minor) as packet
  from claims k
  join chosen c on c.id = k.sale
  group by k.sale, k.shopper, k.promotion
),
packets_claimed as (
  select sale, shopper, sum(packet) as packet from claimed group by sale, shopper
),
packets_used as (
  select o.sale, o.shopper, sum(p.discount_minor) as packet
  from order_promotions p
  join standing o on o.id = p.order_id
  where p.promotion = 'red_packet'
  group by o.sale, o.shopper
),
points_used as (
  select sale, shopper, sum(points_used) as points
  from standing
  where points_used > 0
  group by sale, shopper
),
coupons_returned as (
  select o.sale, o.shopper, promotion, count(*) as returned
  from refunds r
  join orders o on o.id = r.order_id
  join chosen c on c.id = o.sale
  cross join unnest(r.coupons) promotion
  group by o.sale, o.shopper, promotion
),
balances_returned as (
  select o.sale, o.shopper, sum(r.points) as points, sum(r.packet_minor) as packet
  from refunds r
  join orders o on o.id = r.order_id
  join chosen c on c.id = o.sale
  group by o.sale, o.shopper
)
select 'I6' as promise, format('%s/%s/%s', sale, shopper, promotion) as subject,
  format('coupons: granted %s; used %s, orders say %s; claimed %s, claims say %s',
    coalesce(h.granted, 0), coalesce(h.used, 0), coalesce(u.used, 0), coalesce(h.claimed, 0),
    coalesce(k.coupons, 0)) as detail
from (select h.* from coupons h join chosen c on c.id = h.sale) h
full join coupons_used u using (sale, shopper, promotion)
full join (select * from claimed where coupons > 0) k using (sale, shopper, promotion)
where coalesce(h.used, 0) <> coalesce(u.used, 0)
  or coalesce(h.claimed, 0) <> coalesce(k.coupons, 0)
  or h.used > h.granted + h.claimed + h.returned
union all
select 'I6', format('%s/%s', sale, shopper),
  format('points used %s, orders say %s; red packet used %s, orders say %s; claimed %s, claims say'
    ' %s', coalesce(b.points_used, 0), coalesce(u.points, 0), coalesce(b.packet_used, 0),
    coalesce(p.packet, 0), coalesce(b.packet_claimed, 0), coalesce(k.packet, 0))
from (select b.* from balances b join chosen c on c.id = b.sale) b
full join points_used u using (sale, shopper)
full join packets_used p using (sale, shopper)
full join packets_claimed k using (sale, shopper)
where coalesce(b.points_used, 0) <> coalesce(u.points, 0)
  or coalesce(b.packet_used, 0) <> coalesce(p.packet, 0)
  or coalesce(b.packet_claimed, 0) <> coalesce(k.packet, 0)
  or b.points_used > b.points_granted + b.points_returned
  or b.packet_used > b.packet_granted + b.packet_claimed + b.packet_returned
union all
select 'I6', format('%s/%s/%s', sale, shopper, promotion),
  format('coupons returned: %s, refunds say %s', coalesce(h.returned, 0), coalesce(r.returned, 0))
from (select h.* from coupons h join chosen c on c.id = h.sale) h
full join coupons_returned r using (sale, shopper, promotion)
where coalesce(h.returned, 0) <> coalesce(r.returned, 0)
union all
select 'I6', format('%s/%s', sale, shopper),
  format('returned: points %s, refunds say %s; red packet %s, refunds say %s',
    coalesce(b.points_returned, 0), coalesce(r.points, 0), coalesce(b.packet_returned, 0),
    coalesce(r.packet, 0))
from (select b.* from balances b join chosen c on c.id = b.sale) b
full join balances_returned r using (sale, shopper)
where coalesce(b.points_returned, 0) <> coalesce(r.points, 0)
  or coalesce(b.packet_returned, 0) <> coalesce(r.packet, 0)
union all
select 'I6', format('%s/%s/%s', k.sale, k.shopper, k.promotion),
  format('%s claims, the limit is %s', k.claims, p.body -> 'claims' ->> 'limitPerShopper')
from claimed k
join promotions p on p.sale = k.sale and p.id = k.promotion
where k.claims > (p.body -> 'claims' ->> 'limitPerShopper')::bigint
order by promise, subject
limit 1000
