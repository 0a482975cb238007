-- The provider is to be asked, once, something about the whole of a payment; what was given up is
-- asked again.
-- $1 payment, $2 capture, void or refund, $3 why it is refunded, else null
insert into provider_calls (payment, provider, kind, amount_minor, cause)
select id, provider, $2, amount_minor, $3 from payments where id = $1
on conflict (payment, kind) where refund is null do update
set state = 'due', tries = 0, next_try_at = now(), leased_until = null, error = null
where provider_calls.state = 'dead'
