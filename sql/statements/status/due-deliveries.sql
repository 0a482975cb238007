-- Webhook deliveries that are still to be made, by sale; at most 10,000 of an endpoint are counted.
-- $1 sales
select w.sale, sum(due.deliveries)::bigint as count,
  (extract(epoch from min(due.since)) * 1000)::bigint as "sinceMs"
from webhooks w
cross join lateral (
  select count(*) as deliveries, min(first.created_at) as since
  from (
    select d.created_at from webhook_deliveries d
    where d.webhook = w.number and d.state = 'due'
    order by d.id
    limit 10000
  ) first
) due
where w.sale = any ($1::text[]) and w.removed_at is null and due.deliveries > 0
group by w.sale
