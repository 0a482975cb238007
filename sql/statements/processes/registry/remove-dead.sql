-- Removes dead processes with which nothing can be lost. One that was seen since lives again and
-- stays.
-- $1 ids, $2 when each was last seen
delete from processes p
using unnest($1::text[], $2::text[]) as d (id, seen_at)
where p.id = d.id and p.seen_at = d.seen_at::timestamptz
