-- The budgets of a sale with what cells spent of them, settled, by id.
-- $1 sale, $2 store, or null for all
select b.id, b.store, b.policy, p.amount as "amountMinor",
  coalesce((select sum(a.spent) from pot_allotments a where a.sale = p.sale and a.pot = p.pot),
    0)::bigint as "spentMinor"
from budgets b
join pots p on p.sale = b.sale and p.pot = 'budget:' || b.id
where b.sale = $1 and ($2::text is null or b.store = $2)
order by b.id
