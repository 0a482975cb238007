-- What cells were asked to hand back, by sale, as long as nobody knows what they had of it.
-- $1 sales
select w.sale, count(*) as count,
  (extract(epoch from min(i.created_at)) * 1000)::bigint as "sinceMs"
from withdrawals w
join instructions i on i.sale = w.sale and i.cell = w.cell and i.number = w.number
where w.sale = any ($1::text[]) and w.taken is null
group by w.sale
