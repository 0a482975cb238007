-- Notes that an instruction asks a cell to hand back units.
-- $1 sale, $2 cell, $3 number of the instruction, $4 offers, $5 units asked for
insert into withdrawals (sale, cell, number, offer, asked)
select $1, $2, $3, offer, asked from unnest($4::text[], $5::bigint[]) as w (offer, asked)
