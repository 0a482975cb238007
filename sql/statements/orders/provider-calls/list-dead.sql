-- Dead calls, oldest first.
select c.id, c.payment, p.order_id as "order", c.kind, c.amount_minor as "amountMinor",
  p.currency, c.refund, c.tries, c.error
from provider_calls c
join payments p on p.id = c.payment
where c.state = 'dead'
order by c.id
limit 1000
