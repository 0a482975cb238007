-- An offer; no row when there is none, or when it is of another store.
-- $1 sale, $2 id, $3 store, or null for any
select r.*, o.image from offered_rows r
join offers o on o.sale = r.sale and o.id = r.id
where r.sale = $1 and r.id = $2 and ($3::text is null or r.store = $3)
  and not o.is_deleted
