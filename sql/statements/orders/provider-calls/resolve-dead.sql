-- Notes that an operator settled a dead call by hand.
-- $1 call, $2 who, $3 why
with settled as (
  update provider_calls set state = 'resolved' where id = $1 and state = 'dead'
  returning id, payment
),
noted as (
  insert into payment_notes (call, who, why) select id, $2, $3 from settled
)
select s.id, o.sale
from settled s
join payments p on p.id = s.payment
join orders o on o.id = p.order_id
