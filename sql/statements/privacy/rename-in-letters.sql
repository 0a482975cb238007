-- Puts another name in place of a shopper's id in dead letters, and drops the bytes of the letters,
-- which hold the id, too. The bytes of an entry that was settled by hand may hold it as well.
-- $1 sale, $2 shopper, $3 the other name
update dead_letters
set body = jsonb_set(body, '{shopper}', to_jsonb($3::text)), bytes = ''
where sale = $1 and (body ->> 'shopper' = $2 or (body is null and state <> 'buried'))
