-- The sales that hold something of a shopper, and why it cannot be erased there yet. `draft`: the
-- sale was never opened · `live`: its keys are still in Redis · `unreadable`: it has a dead letter
-- that nobody can read. A closed sale keeps its keys at least until `keysUntilMs`.
-- $1 shopper
select s.id as sale, s.state,
  (1000 * extract(epoch from
    s.closed_at + s.pay_within_s * interval '1 second' + interval '24 hours')
  )::bigint as "keysUntilMs",
  case
    when s.state = 'draft' then 'draft'
    when s.freed_at is null then 'live'
    when exists (
      select from dead_letters d
      where d.sale = s.id and d.body is null and d.state = 'buried') then 'unreadable'
  end as obstacle
from sales s
where exists (select from orders where sale = s.id and shopper = $1)
  or exists (select from claims where sale = s.id and shopper = $1)
  or exists (select from coupons where sale = s.id and shopper = $1)
  or exists (select from balances where sale = s.id and shopper = $1)
  or exists (select from dead_letters where sale = s.id and body ->> 'shopper' = $1)
  or exists (select from shopper_pseudonyms where sale = s.id and shopper = $1)
  or exists (
    select from documents
    where sale = s.id and subject like 'grant:%' and body -> 'shoppers' ? $1)
order by s.id
