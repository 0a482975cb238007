-- Makes changes to a sale and its offers run one after another, even before the sale has a row.
-- $1 sale
select pg_advisory_xact_lock(hashtextextended($1, 0))
