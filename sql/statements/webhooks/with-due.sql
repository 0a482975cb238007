-- Endpoints that something is due for, those of long ago included.
select w.sale, w.id
from webhooks w
where exists (
  select from webhook_deliveries d where d.sale = w.sale and d.webhook = w.id and d.state = 'due')
order by w.sale, w.id
limit 1000
