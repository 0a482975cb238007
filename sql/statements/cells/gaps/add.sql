-- Notes numbers of an epoch that nobody has.
-- $1 sale, $2 cell, $3 epoch, $4 first, $5 last, $6 orders and claims in them, null: nobody knows,
-- $7 whether someone may have been told of them
insert into gaps (sale, cell, epoch, first_seq, last_seq, orders, is_lost)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (sale, cell, epoch, first_seq) do update
set last_seq = greatest(gaps.last_seq, $5), orders = coalesce($6, gaps.orders),
  is_lost = gaps.is_lost or $7, resolved_at = null
