-- Puts another name in place of a shopper's id in the grants of coupons.
-- $1 sale, $2 shopper, $3 the other name
update documents
set body = jsonb_set(body, '{shoppers}', ((body -> 'shoppers') - $2::text) || to_jsonb($3::text))
where sale = $1 and subject like 'grant:%' and body -> 'shoppers' ? $2
