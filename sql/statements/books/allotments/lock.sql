-- Locks allotments of a cell, by key.
-- $1 sale, $2 cell, $3 offers
select offer from allotments
where sale = $1 and cell = $2 and offer = any ($3::text[])
order by offer
for update
