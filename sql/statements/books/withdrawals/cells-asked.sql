-- Cells that have not handed back yet what they were asked for of an offer, or, null, of any.
-- $1 sale, $2 offer or null
select distinct cell from withdrawals
where sale = $1 and taken is null and ($2::text is null or offer = $2)
order by cell
