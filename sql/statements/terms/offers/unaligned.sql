-- Offers of open sales whose cells do not have what the cap says: the ledger still has units, or
-- cells have units above the cap that they may sell and were not asked for.
select f.sale, f.id from offers f
join sales s on s.id = f.sale
where s.state in ('open', 'paused') and (f.assigned < f.cap or (
  f.assigned > f.cap
  and f.assigned - f.cap > (select coalesce(sum(w.asked), 0) from withdrawals w
    where w.sale = f.sale and w.offer = f.id and w.taken is null)
  and exists (
    select from allotments a
    where a.sale = f.sale and a.offer = f.id
      and a.allotted - a.held - a.sold - coalesce((select sum((l ->> 'quantity')::bigint)
          from dead_letters d, jsonb_array_elements(d.body -> 'lines') l
          where d.sale = a.sale and d.cell = a.cell and d.state = 'buried'
            and l ->> 'offer' = a.offer), 0) > (select coalesce(sum(w.asked), 0) from withdrawals w
        where w.sale = a.sale and w.cell = a.cell and w.offer = a.offer and w.taken is null))))
order by f.sale, f.id
limit 1000
