-- Changes to a sale and its offers go one after another, also while the sale has no row yet.
-- $1 sale
select pg_advisory_xact_lock(hashtextextended($1, 0))
