-- Due calls that were tried in vain before, oldest first.
select c.id, c.payment, p.order_id as "order", c.kind, c.amount_minor as "amountMinor",
  p.currency, c.refund, c.tries, c.error,
  (extract(epoch from c.next_try_at) * 1000)::bigint as "nextTryAtMs"
from provider_calls c
join payments p on p.id = c.payment
where c.state = 'due' and c.tries >= 2
order by c.id
limit 1000
