-- The units of an offer that cells were asked for and have not yet handed back.
-- $1 sale, $2 offer
select coalesce(sum(asked), 0)::bigint as asked from withdrawals
where sale = $1 and offer = $2 and taken is null
