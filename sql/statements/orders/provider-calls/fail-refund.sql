-- Makes the call of a refund dead that the provider had answered and that failed later: no money
-- went back. The key is made of payment, kind and the merchant's refund, as callKey makes it.
-- $1 payment, $2 key, $3 why
update provider_calls set state = 'dead', leased_until = null, error = $3, done_at = null
where payment = $1 and kind = 'refund' and concat_ws('_', payment, kind, refund) = $2
  and state in ('due', 'done', 'dead')
returning id
