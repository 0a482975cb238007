-- Inserts or changes a budget; its pot holds the amount.
-- $1 sale, $2 id, $3 store, or null for the platform, $4 policy
insert into budgets (sale, id, store, policy) values ($1, $2, $3, $4)
on conflict (sale, id) do update set store = excluded.store, policy = excluded.policy
