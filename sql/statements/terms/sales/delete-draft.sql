-- Deletes a sale that was never opened, with everything in it. Its changes stay.
-- $1 sale
with
  gone_documents as (delete from documents where sale = $1),
  gone_coupons as (delete from coupons where sale = $1),
  gone_balances as (delete from balances where sale = $1),
  gone_pseudonyms as (delete from shopper_pseudonyms where sale = $1),
  gone_promotions as (delete from promotions where sale = $1),
  gone_budgets as (delete from budgets where sale = $1),
  gone_pots as (delete from pots where sale = $1),
  gone_levels as (delete from stock_levels where sale = $1),
  gone_offers as (delete from offers where sale = $1),
  gone_webhooks as (delete from webhooks where sale = $1),
  gone_deliveries as (delete from webhook_deliveries where sale = $1)
delete from sales where id = $1 and state = 'draft'
