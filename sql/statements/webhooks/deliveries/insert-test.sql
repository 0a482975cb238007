-- Inserts a test event. Its maker sends it at once, so no job is made of it in that time.
-- $1 webhook, $2 the data of the event, as JSON, $3 ms
insert into webhook_deliveries (webhook, kind, body, queued_until)
values ($1, 'test.ping', json_build_object(
  'type', 'test.ping',
  'version', 1,
  'timestamp', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'data', $2::json)::text, now() + $3::bigint * interval '1 millisecond')
returning id
