-- Inserts a delivery for each endpoint that wants to know of a change of a sale or an offer.
-- $1 kind, $2 sale, $3 the stores that it concerns, $4 the data of the event, as JSON
insert into webhook_deliveries (webhook, kind, sale, body)
select w.number, $1, case when w.sale is null then $2::text end, json_build_object(
  'type', $1::text,
  'version', 1,
  'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'data', $4::json)::text
from webhooks w
where w.removed_at is null and w.is_enabled and $1 = any (w.kinds)
  and (w.sale = $2 and (w.store is null or w.store = any ($3::text[]))
    or w.sale is null and w.store is null
    or w.sale is null and w.store = any ($3::text[]))
for key share of w
