-- Locks the end of a sale's chain of changes, and says when that was.
-- $1 sale, or '' for what belongs to no sale
insert into change_chains (sale, last, hash)
values ($1, 0, '')
on conflict (sale) do update set last = change_chains.last
returning last, hash, (extract(epoch from clock_timestamp()) * 1000)::bigint as "atMs"
