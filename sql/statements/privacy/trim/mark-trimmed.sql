-- Notes that the working papers of a sale are going: the audit looks for no entries of it any more.
-- $1 sale
update sales set trimmed_at = now() where id = $1 and trimmed_at is null
