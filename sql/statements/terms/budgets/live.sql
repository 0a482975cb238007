-- The budgets of every live sale.
select b.* from budget_rows b join sale_rows s on s.id = b.sale
where s.is_live
order by b.sale, b.id
