-- Sets what a pot holds in all: the minor units of a budget, or the claims of a quota.
-- $1 sale, $2 pot, $3 amount
insert into pots (sale, pot, amount) values ($1, $2, $3)
on conflict (sale, pot) do update set amount = excluded.amount
