-- Cells that have not yet handed back what they were asked for.
-- $1 sale, $2 offer, or null for any offer
select distinct cell from withdrawals
where sale = $1 and taken is null and ($2::text is null or offer = $2)
order by cell
