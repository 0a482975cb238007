-- Whether there is a sale for an operator, or for the merchants of a store that is a member.
-- $1 sale, $2 store, or null for an operator
select exists (
  select from sales s
  where s.id = $1 and ($2::text is null
    or exists (select from sale_stores m where m.sale = s.id and m.store = $2))) as "isSo"
