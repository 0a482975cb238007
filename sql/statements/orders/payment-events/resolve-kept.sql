-- Notes that an operator settled by hand what a kept event was about.
-- $1 event, $2 who, $3 why
with settled as (
  update payment_events set outcome = 'resolved'
  where id = $1 and outcome in ('unknown', 'refused')
  returning id
)
insert into payment_notes (event, who, why) select id, $2, $3 from settled
