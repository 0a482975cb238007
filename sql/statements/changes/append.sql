-- Appends a change to the chain of its sale, whose end the caller has locked.
-- $1 sale or '', $2 number, $3 at (ms), $4 sub, $5 role, $6 store or null, $7 subject, $8 what, $9
-- owner or null, $10 route, $11 request id, $12 reason or null, $13 before or null, $14 after or
-- null, $15 hash of the change before it, $16 hash
with moved as (
  update change_chains set last = $2, hash = $16 where sale = $1
)
insert into changes (sale, number, at, sub, role, store, subject, what, owner, route, request_id,
  reason, before, after, prev, hash)
values ($1, $2, to_timestamp($3::bigint / 1000.0), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
  $15, $16)
