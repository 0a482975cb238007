-- Keeps a report that was made, unless a different worker has taken it since.
-- $1 sale, $2 store, $3 how often it was taken by then, $4 ms that it took, $5 its rows
update reports set as_of = taken_at, took_ms = $4, rows = $5
where sale = $1 and store = $2 and takes = $3
