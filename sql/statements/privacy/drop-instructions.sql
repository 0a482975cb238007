-- Drops the instructions about shoppers. Their cells are gone, so nothing reads them any more.
-- $1 sale
delete from instructions
where sale = $1 and body ->> 'kind' in ('moved', 'release', 'coupons', 'balance')
