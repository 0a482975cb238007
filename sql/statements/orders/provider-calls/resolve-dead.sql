-- Notes that an operator settled a dead call by hand.
-- $1 call, $2 who, $3 why
with settled as (
  update provider_calls set state = 'resolved' where id = $1 and state = 'dead'
  returning id
)
insert into payment_notes (call, who, why) select id, $2, $3 from settled
