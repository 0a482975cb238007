-- The last numbers that processes know of a cell's epochs, as handed over for this recovery or for
-- one before it that failed.
-- $1 sale, $2 cell, $3 epoch of the recovery
select heads from hand_overs where sale = $1 and cell = $2 and epoch <= $3
