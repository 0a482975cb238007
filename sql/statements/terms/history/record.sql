-- Writes the terms that price orders from a rules version on.
-- $1 sale, $2 rules version, $3 subjects: `sale`, `offer:<id>`, `promotion:<id>`, $4 their bodies
insert into terms_history (sale, version, subject, body)
select $1, $2, subject, body
from unnest($3::text[], $4::jsonb[]) as t (subject, body)
