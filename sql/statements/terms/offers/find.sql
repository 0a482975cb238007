-- An offer; no row when there is none, or when it is of another store.
-- $1 sale, $2 id, $3 store, or null for any
select * from offered_rows where sale = $1 and id = $2 and ($3::text is null or store = $3)
