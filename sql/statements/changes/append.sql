-- Appends a change to the chain of its sale, whose end it locks until the transaction ends. The
-- time of the change is that of this statement, but never before that of the change before it.
-- $1 sale or '', $2 sub, $3 role, $4 store or null, $5 subject, $6 what, $7 owner or null, $8
-- route, $9 request id, $10 reason or null, $11 before or null, $12 after or null, $13 the digest
-- of all that the change says
with now_ms as (select floor(extract(epoch from statement_timestamp()) * 1000)::bigint as ms),
link as (
  insert into change_chains (sale, last, at_ms, prev, hash)
  select $1, 1, ms, '', sha256(convert_to('1 ' || ms || ' ', 'UTF8') || $13::bytea) from now_ms
  on conflict (sale) do update
  set last = change_chains.last + 1,
    at_ms = greatest(change_chains.at_ms, excluded.at_ms),
    prev = change_chains.hash,
    hash = sha256(change_chains.hash || convert_to((change_chains.last + 1) || ' '
      || greatest(change_chains.at_ms, excluded.at_ms) || ' ', 'UTF8') || $13::bytea)
  returning last, at_ms, prev, hash
)
insert into changes (sale, number, at, sub, role, store, subject, what, owner, route, request_id,
  reason, before, after, prev, hash)
select $1, last, to_timestamp(at_ms / 1000.0), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
  prev, hash
from link
