-- The units of some orders, by offer.
-- $1 orders
select offer, sum(quantity)::bigint as units from order_lines
where order_id = any ($1::text[])
group by offer
order by offer
