-- Finds the dead call that has this key.
-- $1 payment, $2 key
select 1 as found from provider_calls
where payment = $1 and kind = 'refund' and concat_ws('_', payment, kind, refund) = $2
  and state = 'dead'
