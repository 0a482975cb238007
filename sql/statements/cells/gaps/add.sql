-- Notes numbers of an epoch that nobody has.
-- $1 sale, $2 cell, $3 epoch, $4 first, $5 last, $6 orders and claims in them, null: nobody knows
insert into gaps (sale, cell, epoch, first_seq, last_seq, orders)
values ($1, $2, $3, $4, $5, $6)
on conflict (sale, cell, epoch, first_seq) do update
set last_seq = greatest(gaps.last_seq, $5), orders = coalesce($6, gaps.orders), resolved_at = null
