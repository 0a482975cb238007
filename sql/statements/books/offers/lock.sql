-- Locks offers by id, and reads their caps and debts. While one transaction takes units back, no
-- other can change the cap.
-- $1 sale, $2 offers, or null for all offers
select id, cap, assigned, debt from offers
where sale = $1 and ($2::text[] is null or id = any ($2::text[]))
order by id
for no key update
