-- How often lines were refused in a sale.
-- $1 sale
select offer, code, refused from refusal_counts
where sale = $1
order by offer, code
