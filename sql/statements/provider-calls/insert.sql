-- The provider is to be asked, once, something about the whole of a payment.
-- $1 payment, $2 capture, void or refund, $3 why it is refunded, else null
insert into provider_calls (payment, kind, amount_minor, cause)
select id, $2, amount_minor, $3 from payments where id = $1
on conflict do nothing
