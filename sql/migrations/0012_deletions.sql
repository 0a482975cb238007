-- Up Migration
-- Offers and promotions that are deleted after their sale was opened. Adds columns with constant
-- defaults: it takes short exclusive locks on offers and promotions, and rewrites nothing.

-- is_deleted: nobody sees it any more. The row stays: cells may still know it, and a PUT makes it
-- again.
alter table offers add column is_deleted boolean not null default false;
alter table promotions add column is_deleted boolean not null default false;

drop trigger offers_revision on offers;
create trigger offers_revision after insert or delete or update of store, title, price_minor,
  list_price_minor, cap, limit_per_shopper, lane, categories, excludes, opens_at, closes_at,
  is_deleted
  on offers for each statement execute function raise_revision();
