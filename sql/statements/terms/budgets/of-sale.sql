-- The budgets of a sale, by id.
-- $1 sale
select * from budget_rows where sale = $1 order by id
