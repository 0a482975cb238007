-- Puts another name in place of a shopper's id in the messages to endpoints.
-- $1 sale, $2 shopper, $3 the other name
update webhook_deliveries d
set body = jsonb_set(d.body::jsonb, '{data,order,shopper}', to_jsonb($3::text))::text
from webhooks w
where w.sale = $1 and d.webhook = w.number and strpos(d.body, to_json($2::text)::text) > 0
  and d.body::jsonb #>> '{data,order,shopper}' = $2
