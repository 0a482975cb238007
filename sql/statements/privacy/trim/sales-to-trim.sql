-- Closed sales of which the working papers may go: Redis holds nothing of them, nothing of them is
-- lost or buried, and something is left to drop.
-- $1 days since they closed
select s.id as sale
from sales s
where s.freed_at is not null and s.closed_at < now() - $1::integer * interval '1 day'
  and not exists (select from dead_letters where sale = s.id and state = 'buried')
  and not exists (select from gaps where sale = s.id and is_lost and resolved_at is null)
  and (s.trimmed_at is null
    or exists (select from documents where sale = s.id)
    or exists (select from instructions where sale = s.id)
    or exists (select from entries where sale = s.id)
    or exists (
      select from webhook_deliveries d
      join webhooks w on w.number = d.webhook
      where w.sale = s.id and d.state <> 'due')
    or exists (select from webhook_deliveries where sale = s.id and state <> 'due'))
order by s.id
