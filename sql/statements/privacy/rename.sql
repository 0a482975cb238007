-- Puts another name in place of a shopper's id in the books of a sale that Redis does not hold any
-- more, and drops the addresses to which payments returned: a shop may have put an id into them.
-- $1 sale, $2 shopper, $3 the other name
with
  shortened_payments as (
    update payments set checkout = checkout - 'returnUrl'
    where order_id in (select id from orders where sale = $1 and shopper = $2)
      and checkout ? 'returnUrl'
    returning 1),
  renamed_orders as (
    update orders set shopper = $3 where sale = $1 and shopper = $2 returning 1),
  renamed_claims as (
    update claims set shopper = $3 where sale = $1 and shopper = $2 returning 1),
  renamed_coupons as (
    update coupons set shopper = $3 where sale = $1 and shopper = $2 returning 1),
  renamed_balances as (
    update balances set shopper = $3 where sale = $1 and shopper = $2 returning 1)
select (select count(*) from renamed_orders) as orders,
  (select count(*) from renamed_claims) as claims,
  (select count(*) from renamed_coupons) as coupons,
  (select count(*) from renamed_balances) as balances
