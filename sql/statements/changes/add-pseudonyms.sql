-- Gives each shopper that has none yet a random pseudonym in a sale.
-- $1 sale, $2 shoppers
insert into shopper_pseudonyms (sale, shopper)
select $1, shopper from unnest($2::text[]) shopper
order by shopper
on conflict do nothing
