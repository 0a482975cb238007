-- Deletes a budget of a sale that was never opened, with its pot.
-- $1 sale, $2 budget
with
  gone_document as (delete from documents where sale = $1 and subject = 'budget:' || $2::text),
  gone_pot as (delete from pots where sale = $1 and pot = 'budget:' || $2::text)
delete from budgets where sale = $1 and id = $2
