-- Deletes an offer that no cell has units of. Its row stays, hidden.
-- $1 sale, $2 offer
with gone_document as (delete from documents where sale = $1 and subject = 'offer:' || $2::text)
update offers set is_deleted = true where sale = $1 and id = $2
