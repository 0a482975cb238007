-- Every row is a broken promise. A sound ledger gives none.
-- I5 what cells were given of each budget and quota adds up, no cell spent more than that, and a
-- cell spent what its orders and claims took. Expired and cancelled orders give a budget back.
-- $1 sale, or null for all sales
with chosen as (
  select id from sales where $1::text is null or id = $1
),
taken as (
  select sale, cell, pot, sum(amount) as amount
  from (
    select o.sale, o.cell, 'budget:' || p.budget as pot, p.discount_minor as amount
    from order_promotions p
    join orders o on o.id = p.order_id
    join chosen c on c.id = o.sale
    where p.budget is not null and o.state not in ('expired', 'cancelled')
    union all
    select k.sale, k.cell, 'budget:' || k.budget, k.amount_minor
    from claims k
    join chosen c on c.id = k.sale
    where k.budget is not null
    union all
    select k.sale, k.cell, 'quota:' || k.promotion, 1
    from claims k
    join chosen c on c.id = k.sale
  ) every_taking
  group by sale, cell, pot
)
select 'I5' as promise, p.sale || '/' || p.pot as subject,
  format('assigned %s of %s, but cells have %s', p.assigned, p.amount,
    coalesce(sum(a.allotted), 0)) as detail
from pots p
join chosen c on c.id = p.sale
left join pot_allotments a on a.sale = p.sale and a.pot = p.pot
group by p.sale, p.pot, p.assigned, p.amount
having p.assigned <> coalesce(sum(a.allotted), 0) or p.assigned > p.amount
union all
select 'I5', format('%s.%s/%s', a.sale, a.cell, a.pot),
  format('spent %s of %s', a.spent, a.allotted)
from pot_allotments a
join chosen c on c.id = a.sale
where a.spent > a.allotted
union all
select 'I5', format('%s.%s/%s', a.sale, a.cell, a.pot),
  format('spent %s, orders and claims say %s', a.spent, coalesce(t.amount, 0))
from pot_allotments a
join chosen c on c.id = a.sale
left join taken t using (sale, cell, pot)
where a.spent <> coalesce(t.amount, 0)
union all
select 'I5', format('%s.%s/%s', t.sale, t.cell, t.pot), 'spent without an allotment'
from taken t
left join pot_allotments a using (sale, cell, pot)
where a.pot is null
union all
select 'I5', b.sale || '/' || b.id, 'a budget without money'
from budgets b
join chosen c on c.id = b.sale
left join pots p on p.sale = b.sale and p.pot = 'budget:' || b.id
where p.pot is null
order by promise, subject
limit 1000
