-- Deletes a promotion of an opened sale. Its row stays, hidden.
-- $1 sale, $2 promotion
with
  gone_document as (delete from documents where sale = $1 and subject = 'promotion:' || $2::text)
update promotions set is_deleted = true where sale = $1 and id = $2
