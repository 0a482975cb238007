-- Finds an earlier event about the same failed refund.
-- $1 provider, $2 its id of the refund, $3 the present event
select 1 as found from payment_events
where provider = $1 and body -> 'refund' ->> 'ref' = $2 and kind = 'refund_failed' and id <> $3
limit 1
