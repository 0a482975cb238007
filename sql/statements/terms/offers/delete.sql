-- Deletes an offer of a sale that was never opened.
-- $1 sale, $2 offer
with gone_document as (delete from documents where sale = $1 and subject = 'offer:' || $2::text)
delete from offers where sale = $1 and id = $2
