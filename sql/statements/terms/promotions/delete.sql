-- Deletes a promotion of a sale that was never opened, with the pot of its quota.
-- $1 sale, $2 promotion
with
  gone_document as (delete from documents where sale = $1 and subject = 'promotion:' || $2::text),
  gone_pot as (delete from pots where sale = $1 and pot = 'quota:' || $2::text)
delete from promotions where sale = $1 and id = $2
