-- Puts another name in place of a shopper's id in the messages to endpoints.
-- $1 sale, $2 shopper, $3 the other name
update webhook_deliveries
set body = jsonb_set(body::jsonb, '{data,order,shopper}', to_jsonb($3::text))::text
where id in (
    select d.id from webhook_deliveries d
    join webhooks w on w.number = d.webhook
    where w.sale = $1
    union all
    select id from webhook_deliveries where sale = $1)
  and strpos(body, to_json($2::text)::text) > 0
  and body::jsonb #>> '{data,order,shopper}' = $2
