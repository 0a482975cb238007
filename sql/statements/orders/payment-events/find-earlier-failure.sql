-- Whether another event said before that a refund failed.
-- $1 provider, $2 its id of the refund, $3 this event
select 1 as found from payment_events
where provider = $1 and body -> 'refund' ->> 'ref' = $2 and kind = 'refund_failed' and id <> $3
limit 1
