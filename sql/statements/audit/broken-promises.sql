-- Every row is a broken promise. A sound ledger gives none.
-- I1 units given to cells add up, and units above a cap are debt · I2 never oversold · I3 held and
-- sold are what the orders say, and each order's history leads to its state · I8 settled numbers
-- are 1..n, each with the tag of the one before it · I9 a key has one order or claim · P2 nothing
-- acknowledged is a dead letter. Pots, wallets, prices, refunds and payments have files of their
-- own beside this one.
-- $1 sale, or null for all sales
with chosen as (
  select id from sales where $1::text is null or id = $1
),
-- Of trimmed sales the entries are gone.
untrimmed as (
  select s.id from sales s join chosen c on c.id = s.id where s.trimmed_at is null
),
line_units as (
  select o.sale, o.cell, l.offer,
    sum(l.quantity) filter (where o.state = 'reserved') as reserved,
    sum(l.quantity - l.restocked)
      filter (where o.state in ('paid', 'partly_refunded', 'refunded')) as paid
  from orders o
  join chosen c on c.id = o.sale
  join order_lines l on l.order_id = o.id
  group by o.sale, o.cell, l.offer
),
moves as (
  select m.order_id, m.from_state, m.to_state, m.id,
    lag(m.to_state, 1, 'reserved') over (partition by m.order_id order by m.id) as state_before
  from order_moves m
  join orders o on o.id = m.order_id
  join chosen c on c.id = o.sale
),
last_moves as (
  select distinct on (order_id) order_id, to_state from moves order by order_id, id desc
),
chain as (
  select e.sale, e.cell, e.epoch, e.seq, e.tag, e.prev, e.orders,
    lag(e.seq, 1, 0::bigint) over numbered as seq_before,
    lag(e.tag, 1, '') over numbered as tag_before
  from entries e
  join untrimmed c on c.id = e.sale
  window numbered as (partition by e.sale, e.cell, e.epoch order by e.seq)
),
settled as not materialized (
  select o.id, o.sale, o.cell, o.epoch, o.seq, o.shopper, o.key, 'order' as kind from orders o
  union all
  select k.id, k.sale, k.cell, k.epoch, k.seq, k.shopper, k.key, 'claim' from claims k
),
-- Orders and claims replayed from entries outside the chain: other entries have their numbers.
unchained as (
  select d.order_id
  from dead_letters d
  join chosen c on c.id = d.sale
  left join chain h using (sale, cell, epoch, seq, tag)
  where d.state = 'replayed' and h.seq is null
),
taken as (
  select sale, cell, epoch, seq, count(*) as orders
  from (
    select o.sale, o.cell, o.epoch, o.seq
    from settled o
    join chosen c on c.id = o.sale
    where not exists (select from unchained u where u.order_id = o.id)
    union all
    select d.sale, d.cell, d.epoch, d.seq
    from dead_letters d
    join chain h using (sale, cell, epoch, seq, tag)
    where d.position >= 0 and d.state <> 'replayed'
  ) every_order
  group by sale, cell, epoch, seq
)
select 'I1' as promise, f.sale || '/' || f.id as subject,
  format('assigned %s, but cells have %s', f.assigned, coalesce(sum(a.allotted), 0)) as detail
from offers f
join chosen c on c.id = f.sale
left join allotments a on a.sale = f.sale and a.offer = f.id
group by f.sale, f.id, f.assigned
having f.assigned <> coalesce(sum(a.allotted), 0)
union all
select 'I1', f.sale || '/' || f.id,
  format('assigned %s of a cap of %s, debt %s', f.assigned, f.cap, f.debt)
from offers f
join chosen c on c.id = f.sale
where f.debt <> greatest(0, f.assigned - f.cap)
union all
select 'I2', format('%s.%s/%s', a.sale, a.cell, a.offer),
  format('held %s and sold %s of %s', a.held, a.sold, a.allotted)
from allotments a
join chosen c on c.id = a.sale
where a.held + a.sold > a.allotted
union all
select 'I3', format('%s.%s/%s', a.sale, a.cell, a.offer),
  format('held %s, orders say %s; sold %s, orders say %s', a.held, coalesce(u.reserved, 0), a.sold,
    coalesce(u.paid, 0))
from allotments a
join chosen c on c.id = a.sale
left join line_units u using (sale, cell, offer)
where a.held <> coalesce(u.reserved, 0) or a.sold <> coalesce(u.paid, 0)
union all
select 'I3', o.id, format('%s, history says %s', o.state, coalesce(m.to_state, 'reserved'))
from orders o
join chosen c on c.id = o.sale
left join last_moves m on m.order_id = o.id
where o.state <> coalesce(m.to_state, 'reserved')
union all
select 'I3', m.order_id, format('went from %s to %s, but was %s', m.from_state, m.to_state,
  m.state_before)
from moves m
where m.from_state <> m.state_before
union all
select 'I3', format('%s.%s/%s', u.sale, u.cell, u.offer), 'sold without an allotment'
from line_units u
left join allotments a using (sale, cell, offer)
where a.offer is null
union all
select 'I8', format('%s.%s %s-%s', sale, cell, epoch, seq),
  format('after %s, naming %s', seq_before, prev)
from chain h
where (seq <> seq_before + 1 or prev <> tag_before)
  -- Numbers that nobody has are told as such, in lost-entries.sql.
  and not exists (
    select from gaps g
    where g.sale = h.sale and g.cell = h.cell and g.epoch = h.epoch
      and g.first_seq <= h.seq_before + 1 and g.last_seq >= h.seq - 1)
union all
select 'I8', format('%s.%s %s-%s', h.sale, h.cell, h.epoch, h.seq),
  format('%s orders written, %s found', h.orders, coalesce(t.orders, 0))
from chain h
left join taken t using (sale, cell, epoch, seq)
where h.orders <> coalesce(t.orders, 0)
  and not exists (
    select from dead_letters d
    where d.sale = h.sale and d.cell = h.cell and d.epoch = h.epoch and d.seq = h.seq
      and d.position = -1)
union all
select 'I8', format('%s.%s %s-%s', o.sale, o.cell, o.epoch, o.seq),
  o.kind || ' of no settled entry'
from settled o
join untrimmed c on c.id = o.sale
left join entries e using (sale, cell, epoch, seq)
left join dead_letters d on d.order_id = o.id and d.state = 'replayed'
where e.seq is null and d.id is null
union all
select 'I8', format('%s.%s', s.sale, s.cell), format('cursor %s-%s is not the last entry',
  s.cursor_epoch, s.cursor_seq)
from cells s
join untrimmed c on c.id = s.sale
where s.cursor_seq <> coalesce((select max(e.seq) from entries e
    where e.sale = s.sale and e.cell = s.cell and e.epoch = s.cursor_epoch), 0)
  or s.state = 'diverged'
union all
select 'I9', d.order_id, 'settled and buried, or its key has two orders'
from dead_letters d
join chosen c on c.id = d.sale
join settled o on o.sale = d.sale and o.shopper = d.body ->> 'shopper'
  and o.key = d.body ->> 'key' and o.kind = coalesce(d.body ->> 'kind', 'order')
where d.state = 'buried'
union all
select 'P2', coalesce(d.order_id, format('%s.%s %s-%s', d.sale, d.cell, d.epoch, d.seq)),
  'acknowledged, but buried: ' || d.reason
from dead_letters d
join chosen c on c.id = d.sale
where d.state = 'buried'
order by promise, subject
limit 1000
