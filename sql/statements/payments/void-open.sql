-- Orders ended: what shoppers may still pay of them is given up, and nothing more is captured.
-- $1 orders, which the caller has locked
with dropped as (
  update provider_calls c
  set state = 'done', leased_until = null, done_at = now(), error = 'the order ended first'
  from payments p
  where p.order_id = any ($1::text[]) and c.payment = p.id and c.kind = 'capture'
    and c.refund is null and c.state = 'due'
)
insert into provider_calls (payment, kind, amount_minor)
select id, 'void', amount_minor from payments
where order_id = any ($1::text[]) and state in ('open', 'authorized')
on conflict do nothing
