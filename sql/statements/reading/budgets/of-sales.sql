-- The budgets of some sales with what cells spent of them, settled, by sale and id.
-- $1 sales, $2 store, or null for all
select b.sale, b.id, b.store, b.policy, p.amount as "amountMinor",
  coalesce((select sum(a.spent) from pot_allotments a where a.sale = p.sale and a.pot = p.pot),
    0)::bigint as "spentMinor"
from budgets b
join pots p on p.sale = b.sale and p.pot = 'budget:' || b.id
where b.sale = any ($1::text[]) and ($2::text is null or b.store = $2)
order by b.sale, b.id
