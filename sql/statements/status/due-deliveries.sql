-- Webhook deliveries that are still to be made, by sale; at most 10,000 of an endpoint are counted,
-- and as many that go to endpoints for all sales.
-- $1 sales
select sale, sum(deliveries)::bigint as count,
  (extract(epoch from min(since)) * 1000)::bigint as "sinceMs"
from (
  select w.sale, due.deliveries, due.since
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
  where w.sale = any ($1::text[]) and w.removed_at is null
  union all
  select asked.sale, due.deliveries, due.since
  from unnest($1::text[]) asked (sale)
  cross join lateral (
    select count(*) as deliveries, min(first.created_at) as since
    from (
      select d.created_at from webhook_deliveries d
      join webhooks w on w.number = d.webhook and w.removed_at is null
      where d.sale = asked.sale and d.state = 'due'
      order by d.id
      limit 10000
    ) first
  ) due
) counted
where deliveries > 0
group by sale
