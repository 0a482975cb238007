-- Gives up the open payments of orders that ended or were paid, and drops their due captures.
-- $1 orders, which the caller has locked
with dropped as (
  update provider_calls c
  set state = 'dropped', leased_until = null, error = 'its order needs no capture'
  from payments p
  where p.order_id = any ($1::text[]) and c.payment = p.id and c.kind = 'capture'
    and c.refund is null and c.state = 'due' and p.state <> 'captured'
)
insert into provider_calls (payment, provider, kind, amount_minor)
select id, provider, 'void', amount_minor from payments
where order_id = any ($1::text[]) and state in ('open', 'authorized')
on conflict (payment, kind) where refund is null do update
set state = 'due', tries = 0, next_try_at = now(), leased_until = null, error = null
where provider_calls.state = 'dead'
