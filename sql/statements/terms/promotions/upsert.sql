-- Inserts or changes a promotion. A deleted one is there again.
-- $1 sale, $2 id, $3 the promotion
insert into promotions (sale, id, body) values ($1, $2, $3)
on conflict (sale, id) do update set body = excluded.body, is_deleted = false
