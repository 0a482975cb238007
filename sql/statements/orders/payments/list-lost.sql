-- Payments that the provider may know although nobody noted it, of orders that have ended: the
-- process that told the provider died, or the provider did not answer.
-- $1 provider, $2 how many at most
select r.* from payment_rows r
join payments p on p.id = r.id
join orders o on o.id = p.order_id
where p.state = 'creating' and p.provider = $1 and p.created_at <= now() - interval '1 minute'
  and o.state <> 'reserved'
order by p.created_at
limit $2
