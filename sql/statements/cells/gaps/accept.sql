-- Takes the lost entries of a sale off the audit: an operator has dealt with them.
-- $1 sale
update gaps set resolved_at = now()
where sale = $1 and is_lost and resolved_at is null
returning cell, epoch, first_seq as "firstSeq", last_seq as "lastSeq", orders
