-- Drops the notes of recoveries that are over.
-- $1 sale, $2 cell, $3 epoch of the last one
delete from hand_overs where sale = $1 and cell = $2 and epoch <= $3
