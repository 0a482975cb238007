-- Up Migration
-- The life of an order after settlement, and cuts of caps. It locks sales, offers, orders,
-- order_lines, coupons and balances against everything until it commits. It adds columns without a
-- rewrite, but reads each of these tables except offers once for the new checks, and builds an
-- index of unpaid orders.

-- forgotten_at: no process knows the sale from then on. freed_at: Redis has no keys of it.
alter table sales
  add column holds_per_shopper integer not null default 64,
  add column cooldown_after integer not null default 64,
  add column cooldown_s integer not null default 600,
  add column has_clawback boolean not null default false,
  add column forgotten_at timestamptz,
  add column freed_at timestamptz,
  add constraint sales_holds check (holds_per_shopper between 1 and 64),
  add constraint sales_cooldown check (cooldown_after between 1 and 64 and cooldown_s >= 0);

-- moved_at: the time of the last move. refunded_minor: cash that went back or is on its way back.
alter table orders
  add column moved_at timestamptz,
  add column refunded_minor bigint not null default 0,
  add constraint orders_refunded check (refunded_minor between 0 and total_minor) not valid;
alter table orders validate constraint orders_refunded;
create index orders_unpaid on orders (sale, cell, expires_at) where state = 'reserved';

-- refunded: units that refunds returned. restocked: those of them that went on sale again.
alter table order_lines
  add column refunded integer not null default 0,
  add column restocked integer not null default 0,
  add constraint order_lines_refunded
    check (restocked >= 0 and restocked <= refunded and refunded <= quantity) not valid;
alter table order_lines validate constraint order_lines_refunded;

-- Every move of an order from one state to another, for good.
create table order_moves (
  id bigint generated always as identity primary key,
  order_id text collate "C" not null,
  from_state text not null,
  to_state text not null,
  who text not null,
  why text not null,
  at timestamptz not null default now()
);
create index order_moves_of_order on order_moves (order_id, id);

-- Keeps the rows of a table as they were inserted.
create function forbid_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed', tg_table_name;
end $$;
create trigger order_moves_for_good before update or delete on order_moves
  for each statement execute function forbid_change();

-- Units that an instruction asked a cell to hand back. taken: what the cell had of them; null until
-- it is settled.
create table withdrawals (
  sale text collate "C" not null,
  cell integer not null,
  number bigint not null,
  offer text collate "C" not null,
  asked bigint not null,
  taken bigint,
  epoch bigint,
  seq bigint,
  primary key (sale, cell, number, offer),
  constraint withdrawals_taken check (taken between 0 and asked)
);
create index withdrawals_open on withdrawals (sale, offer) where taken is null;

-- returned: by refunds. An order that expires or is cancelled lowers used instead.
alter table coupons
  add column returned bigint not null default 0,
  add constraint coupons_returned check (returned >= 0),
  drop constraint coupons_used,
  add constraint coupons_used check (used between 0 and granted + claimed + returned);
alter table balances
  add column points_returned bigint not null default 0,
  add column packet_returned bigint not null default 0,
  add constraint balances_returned check (points_returned >= 0 and packet_returned >= 0),
  drop constraint balances_points,
  drop constraint balances_packet,
  add constraint balances_points
    check (points_used between 0 and points_granted + points_returned),
  add constraint balances_packet
    check (packet_used between 0 and packet_granted + packet_claimed + packet_returned);

drop trigger offers_revision on offers;
-- Units move all the time, and no process remembers them: they do not raise the revision.
create trigger offers_revision
  after insert or delete or update of store, title, price_minor, list_price_minor, cap,
    limit_per_shopper, lane, categories, excludes, opens_at, closes_at
  on offers for each statement execute function raise_revision();

-- A sale is live until it is forgotten.
create or replace view sale_rows as
select id, name, currency, (extract(epoch from opens_at) * 1000)::bigint as "opensAtMs",
  (extract(epoch from closes_at) * 1000)::bigint as "closesAtMs", pay_within_s as "payWithinS",
  cells, state, rules_version as "rulesVersion",
  forgotten_at is null as is_live,
  layers, points_rate as "pointsRate", holds_per_shopper as "holdsPerShopper",
  cooldown_after as "cooldownAfter", cooldown_s as "cooldownS", has_clawback as "hasClawback"
from sales;
