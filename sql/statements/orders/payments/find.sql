-- Finds a payment by the provider's id, or else by ours.
-- $1 provider, $2 the provider's id of it, $3 our id or null
select id, order_id as "order" from payments
where (provider = $1 and ref = $2) or id = $3
order by coalesce(provider = $1 and ref = $2, false) desc
limit 1
