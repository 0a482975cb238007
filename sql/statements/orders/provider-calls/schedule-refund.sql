-- Makes the call due that refunds a part of the payment that paid an order, for a merchant.
-- $1 order, $2 refund, $3 amount (minor units)
insert into provider_calls (payment, provider, kind, amount_minor, cause, refund)
select id, provider, 'refund', $3, 'refund', $2 from payments where order_id = $1 and pays
