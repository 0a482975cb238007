-- Offers with what they owe, locked by id: units may come back, or a cap may change, not both.
-- $1 sale, $2 offers, or null for all
select id, cap, assigned, debt from offers
where sale = $1 and ($2::text[] is null or id = any ($2::text[]))
order by id
for no key update
