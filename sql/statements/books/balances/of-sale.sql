-- Every balance granted in a sale.
-- $1 sale
select shopper, points_granted as points, packet_granted as packet from balances
where sale = $1
order by shopper
