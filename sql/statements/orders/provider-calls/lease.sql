-- Takes due calls, captures first, then the oldest. Nobody takes a call that is leased until its
-- lease ends, with two exceptions: if $6 is true, calls leased by other processes that died, and
-- calls leased by the process itself that it does not make, because the answer to the lease was
-- lost on the way.
-- $1 provider, $2 how many at most, $3 length of a lease (ms), $4 length for a refund (ms),
-- $5 id of the process, or null, $6 whether it may judge who died, $7 a process that was not seen
-- for this long died (ms), $8 the calls that the process makes at present, or null
with due as (
  select id
  from provider_calls d
  where state = 'due' and provider = $1 and next_try_at <= now()
    and (leased_until is null or leased_until <= now()
      or ($6::boolean and leased_by <> $5 and not exists (
        select from processes p
        where p.id = d.leased_by
          and p.seen_at > clock_timestamp() - $7::float8 * interval '1 millisecond'))
      or (leased_by = $5 and id <> all ($8::bigint[])))
  order by (kind <> 'capture'), next_try_at, id
  limit $2
  for update skip locked
)
update provider_calls c
set tries = c.tries + 1, leased_by = $5, leased_until = now() + interval '1 millisecond' *
  case when c.kind = 'refund' then $4::integer else $3::integer end
from due d, payments p
where c.id = d.id and p.id = c.payment
returning c.id, c.payment, p.order_id as "order", c.kind, c.amount_minor as "amountMinor",
  p.currency, c.refund, c.tries, p.ref
