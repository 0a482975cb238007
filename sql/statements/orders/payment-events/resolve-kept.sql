-- Notes that an operator settled by hand what a kept event was about.
-- $1 event, $2 who, $3 why
with settled as (
  update payment_events set outcome = 'resolved'
  where id = $1 and outcome in ('unknown', 'refused')
  returning id, order_id
),
noted as (
  insert into payment_notes (event, who, why) select id, $2, $3 from settled
)
select s.id, o.sale from settled s left join orders o on o.id = s.order_id
