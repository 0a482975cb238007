-- The last document PUT for a subject: `sale`, `offer:<id>`, `budget:<id>`, `promotion:<id>`; or
-- the grant that was made under a key: `grant:<promotion>:<key>`.
-- $1 sale, $2 subject
select body from documents where sale = $1 and subject = $2
