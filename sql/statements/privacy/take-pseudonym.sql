-- Takes the pseudonym of a shopper away: nothing leads from one to the other from then on.
-- $1 sale, $2 shopper
delete from shopper_pseudonyms where sale = $1 and shopper = $2
returning pseudonym
