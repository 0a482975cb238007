-- The terms that priced the orders of a rules version: the last of each subject up to it.
-- $1 sale, $2 rules version, $3 offers of interest
select distinct on (subject) subject, body
from terms_history
where sale = $1 and version <= $2
  and (subject = 'sale' or subject like 'promotion:%' or subject = any (
    select 'offer:' || offer from unnest($3::text[]) offer))
order by subject, version desc
