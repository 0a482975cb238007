-- Every row is a broken promise. A sound ledger gives none.
-- I7 in every order Σ activity − Σ shares = Σ nets = total, line by line; every line has its order;
-- gifts cost nothing and bear no share.
-- $1 sale, or null for all sales
with chosen as (
  select id from sales where $1::text is null or id = $1
),
shares as (
  select p.order_id, s.place - 1 as line, sum(s.share) as taken
  from orders o
  join chosen c on c.id = o.sale
  join order_promotions p on p.order_id = o.id
  cross join unnest(p.shares) with ordinality as s (share, place)
  group by p.order_id, s.place
),
paying as (
  select o.id, count(*) filter (where not l.is_gift) as lines
  from orders o
  join chosen c on c.id = o.sale
  join order_lines l on l.order_id = o.id
  where exists (select from order_promotions p where p.order_id = o.id)
  group by o.id
)
select 'I7' as promise, o.id as subject,
  format('total %s, lines say %s', o.total_minor, coalesce(sum(l.net_minor), -1)) as detail
from orders o
join chosen c on c.id = o.sale
left join order_lines l on l.order_id = o.id
group by o.id, o.total_minor
having o.total_minor <> coalesce(sum(l.net_minor), -1)
union all
select 'I7', format('%s line %s', l.order_id, l.line),
  format('net %s of %s, shares say %s', l.net_minor, l.activity_minor, coalesce(s.taken, 0))
from orders o
join chosen c on c.id = o.sale
join order_lines l on l.order_id = o.id
left join shares s on s.order_id = l.order_id and s.line = l.line
where l.net_minor <> l.activity_minor - coalesce(s.taken, 0)
  or (l.is_gift and l.activity_minor + coalesce(s.taken, 0) <> 0)
union all
select 'I7', format('%s %s', p.order_id, p.promotion),
  format('%s shares over %s lines', cardinality(p.shares), coalesce(y.lines, 0))
from order_promotions p
left join paying y on y.id = p.order_id
where cardinality(p.shares) <> coalesce(y.lines, 0)
  and exists (select from chosen c where c.id = split_part(p.order_id, '_', 1))
union all
select 'I7', l.order_id, 'a line without its order'
from order_lines l
left join orders o on o.id = l.order_id
where o.id is null
  and exists (select from chosen c where c.id = split_part(l.order_id, '_', 1))
order by promise, subject
limit 1000
