-- Sets what a shopper was granted in all. What was claimed and used stays.
-- $1 sale, $2 shopper, $3 cell, or null before the first opening, $4 points, $5 red packet (minor
-- units)
insert into balances (sale, shopper, cell, points_granted, packet_granted)
values ($1, $2, $3, $4, $5)
on conflict (sale, shopper) do update
set points_granted = excluded.points_granted, packet_granted = excluded.packet_granted
