-- Takes back the gaps of an epoch behind a number, because entries behind it were found.
-- $1 sale, $2 cell, $3 epoch, $4 the number
delete from gaps
where sale = $1 and cell = $2 and epoch = $3 and first_seq > $4 and resolved_at is null
returning last_seq as "lastSeq", orders, is_lost as "isLost"
