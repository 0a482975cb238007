-- Orders and claims of an epoch that the ledger has looked at, or knows to be lost.
-- $1 sale, $2 cell, $3 epoch
select
  (select coalesce(sum(orders), 0) from entries
    where sale = $1 and cell = $2 and epoch = $3)::bigint as "settled",
  (select coalesce(sum(orders), 0) from gaps
    where sale = $1 and cell = $2 and epoch = $3 and resolved_at is null)::bigint as "lost"
