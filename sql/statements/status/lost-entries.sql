-- Entries of outboxes that nobody has and no operator has accepted as lost, by sale.
-- $1 sales
select sale, sum(last_seq - first_seq + 1)::bigint as count,
  (extract(epoch from min(found_at)) * 1000)::bigint as "sinceMs"
from gaps
where sale = any ($1::text[]) and is_lost and resolved_at is null
group by sale
