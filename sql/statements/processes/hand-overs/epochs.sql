-- The epochs before a recovery's of which entries were handed over.
-- $1 sale, $2 cell, $3 epoch of the recovery
select distinct epoch from handed_entries
where sale = $1 and cell = $2 and epoch < $3
order by epoch
