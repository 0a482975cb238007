-- The last document PUT for a subject, `sale` or `offer:<id>`.
-- $1 sale, $2 subject
select body from documents where sale = $1 and subject = $2
