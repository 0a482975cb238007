-- Makes a call about a whole payment due, once. If the call is dead, it becomes due again.
-- $1 payment, $2 capture, void or refund, $3 the cause of a refund, or null
insert into provider_calls (payment, provider, kind, amount_minor, cause)
select id, provider, $2, amount_minor, $3 from payments where id = $1
on conflict (payment, kind) where refund is null do update
set state = 'due', tries = 0, next_try_at = now(), leased_until = null, error = null
where provider_calls.state = 'dead'
