-- What a pot holds in all: of a budget minor units, of a quota claims.
-- $1 sale, $2 pot, $3 amount
insert into pots (sale, pot, amount) values ($1, $2, $3)
on conflict (sale, pot) do update set amount = excluded.amount
