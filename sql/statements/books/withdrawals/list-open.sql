-- What a cell was asked for and has not yet handed back.
-- $1 sale, $2 cell
select number, offer, asked from withdrawals
where sale = $1 and cell = $2 and taken is null
order by number, offer
