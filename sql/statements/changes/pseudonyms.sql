-- The pseudonyms of some shoppers in a sale.
-- $1 sale, $2 shoppers
select pseudonym from shopper_pseudonyms where sale = $1 and shopper = any ($2::text[])
