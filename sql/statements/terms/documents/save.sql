-- Makes a document the last one of its subject.
-- $1 sale, $2 subject, $3 body
insert into documents (sale, subject, body) values ($1, $2, $3)
on conflict (sale, subject) do update set body = excluded.body
