-- When the last audit of a sale ended, in microseconds since 1970.
-- $1 sale
select (extract(epoch from ran_at) * 1000000)::bigint as "ranAtUs" from audit_runs where sale = $1
