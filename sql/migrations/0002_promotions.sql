-- Up Migration
-- Promotions, budgets, coupons, balances and claims. It locks sales, orders, order_lines and
-- dead_letters against everything until it commits. It adds columns without a rewrite, but reads
-- order_lines once for the new check, and gives buried orders the new shape.
-- Sales that exist get the layers of a sale that names none. The default stays, because a process
-- of the previous release may insert sales without layers during a rolling deploy.

-- layers: the steps of stacking, in order. points_rate: minor units per point.
alter table sales
  add column layers jsonb not null default '[
    {"name": "store", "basis": "activity", "pick": "one_per_store"},
    {"name": "store_coupon", "basis": "activity", "pick": "one_per_store"},
    {"name": "category", "basis": "activity", "pick": "one"},
    {"name": "cross_store", "basis": "activity", "pick": "one"},
    {"name": "member", "basis": "remaining", "pick": "one"},
    {"name": "red_packet", "basis": "remaining", "pick": "all"},
    {"name": "points", "basis": "remaining", "pick": "all"}]',
  add column points_rate integer not null default 1,
  add constraint sales_points_rate check (points_rate >= 1);

-- A pot holds money (a budget, in minor units) or claims (a quota). Cells get shares of it, as they
-- get units of offers. assigned: what cells were given; the ledger has amount - assigned.
create table pots (
  sale text collate "C" not null references sales (id),
  pot text collate "C" not null,
  amount bigint not null,
  assigned bigint not null default 0,
  primary key (sale, pot),
  constraint pots_assigned check (assigned between 0 and amount)
);

-- What a cell has of a pot. The CHECK holds even if Redis lies: never a cent over.
create table pot_allotments (
  sale text collate "C" not null,
  cell integer not null,
  pot text collate "C" not null,
  allotted bigint not null default 0,
  spent bigint not null default 0,
  primary key (sale, cell, pot),
  constraint pot_allotments_never_overspent check (spent between 0 and allotted)
);

-- The pot budget:<id> holds the amount. store null: the budget is the platform's.
create table budgets (
  sale text collate "C" not null references sales (id),
  id text collate "C" not null,
  store text collate "C",
  policy text not null,
  primary key (sale, id),
  constraint budgets_policy check (policy in ('partial', 'whole'))
);

-- body: the Promotion of src/domain/promotion.ts. The pot quota:<id> holds its quota.
create table promotions (
  sale text collate "C" not null references sales (id),
  id text collate "C" not null,
  body jsonb not null,
  primary key (sale, id)
);

-- A shopper's coupons of a promotion. cell: the shopper's home cell; null until the sale opens.
create table coupons (
  sale text collate "C" not null references sales (id),
  shopper text collate "C" not null,
  promotion text collate "C" not null,
  cell integer,
  granted bigint not null default 0,
  claimed bigint not null default 0,
  used bigint not null default 0,
  primary key (sale, shopper, promotion),
  constraint coupons_not_negative check (granted >= 0 and claimed >= 0),
  constraint coupons_used check (used between 0 and granted + claimed)
);
create index coupons_of_cell on coupons (sale, cell);

-- A shopper's points and red packet (minor units). cell: as in coupons.
create table balances (
  sale text collate "C" not null references sales (id),
  shopper text collate "C" not null,
  cell integer,
  points_granted bigint not null default 0,
  points_used bigint not null default 0,
  packet_granted bigint not null default 0,
  packet_claimed bigint not null default 0,
  packet_used bigint not null default 0,
  primary key (sale, shopper),
  constraint balances_not_negative check (packet_granted >= 0 and packet_claimed >= 0),
  constraint balances_points check (points_used between 0 and points_granted),
  constraint balances_packet check (packet_used between 0 and packet_granted + packet_claimed)
);
create index balances_of_cell on balances (sale, cell);

-- A shopper's claim of a coupon (amount 0) or a red packet. Like an order, it is never deleted.
create table claims (
  id text collate "C" primary key,
  sale text collate "C" not null,
  cell integer not null,
  epoch bigint not null,
  seq bigint not null,
  shopper text collate "C" not null,
  key text collate "C" not null,
  promotion text collate "C" not null,
  amount_minor bigint not null,
  budget text collate "C",
  claimed_at timestamptz not null,
  settled_at timestamptz not null default now(),
  constraint claims_one_per_key unique (sale, shopper, key),
  constraint claims_amount check (amount_minor >= 0)
);
create index claims_of_cell on claims (sale, cell);

-- out_of_gifts: promotions whose gift was out of stock.
alter table orders
  add column out_of_gifts text[] not null default '{}',
  add column points_used bigint not null default 0,
  add constraint orders_points check (points_used >= 0) not valid;
alter table orders validate constraint orders_points;

alter table order_lines
  add column is_gift boolean not null default false,
  add constraint order_lines_gift check (not is_gift or price_minor = 0);

-- For CHECKs, which may not hold a subquery.
create function sum_of(amounts bigint[]) returns bigint language sql immutable as $$
  select coalesce(sum(amount), 0)::bigint from unnest(amounts) amount
$$;

-- What each promotion took from an order, in the order in which they applied. shares: one for each
-- line that is not a gift. A row is written with its order and never deleted, so it needs no
-- foreign key.
create table order_promotions (
  order_id text collate "C" not null,
  place smallint not null,
  promotion text collate "C" not null,
  layer text collate "C" not null,
  basis_minor bigint not null,
  discount_minor bigint not null,
  forfeited_minor bigint not null,
  funder text not null,
  budget text collate "C",
  is_coupon boolean not null,
  shares bigint[] not null,
  primary key (order_id, place),
  constraint order_promotions_money
    check (basis_minor >= 0 and discount_minor >= 0 and forfeited_minor >= 0),
  constraint order_promotions_shares check (0 <= all (shares)
    and array_position(shares, null) is null and discount_minor = sum_of(shares)),
  constraint order_promotions_funder check (funder in ('platform', 'store'))
);

create trigger promotions_revision after insert or update or delete on promotions
  for each statement execute function raise_revision();
create trigger budgets_revision after insert or update or delete on budgets
  for each statement execute function raise_revision();
create trigger pots_revision after insert or delete or update of amount on pots
  for each statement execute function raise_revision();

-- Buried orders are plain so far: each line at its activity amount.
update dead_letters
set body = body || jsonb_build_object('kind', 'order', 'applied', '[]'::jsonb,
  'outOfGifts', '[]'::jsonb, 'pointsUsed', 0,
  'lines', (
    select jsonb_agg(line || jsonb_build_object('isGift', false, 'netMinor',
      (line ->> 'priceMinor')::bigint * (line ->> 'quantity')::bigint) order by place)
    from jsonb_array_elements(body -> 'lines') with ordinality as l (line, place)))
where body is not null;

create or replace view sale_rows as
select id, name, currency, (extract(epoch from opens_at) * 1000)::bigint as "opensAtMs",
  (extract(epoch from closes_at) * 1000)::bigint as "closesAtMs", pay_within_s as "payWithinS",
  cells, state, rules_version as "rulesVersion",
  state <> 'closed' or greatest(closes_at, closed_at) > now() - interval '24 hours' as is_live,
  layers, points_rate as "pointsRate"
from sales;

create view budget_rows as
select b.sale, b.id, b.store, p.amount as "amountMinor", b.policy
from budgets b
join pots p on p.sale = b.sale and p.pot = 'budget:' || b.id;

create view promotion_rows as
select p.order_id as "orderId", p.place, p.promotion, p.layer, p.basis_minor as "basisMinor",
  p.discount_minor as "discountMinor", p.forfeited_minor as "forfeitedMinor", p.funder, p.budget,
  p.is_coupon as "isCoupon", to_jsonb(p.shares) as shares
from order_promotions p;

create or replace view order_rows as
select o.id, o.sale, o.shopper, o.state, o.rules_version as "rulesVersion",
  (extract(epoch from o.pay_by) * 1000)::bigint as "payByMs",
  (extract(epoch from o.placed_at) * 1000)::bigint as "placedAtMs",
  (select jsonb_agg(jsonb_build_object('offer', l.offer, 'store', l.store, 'quantity', l.quantity,
      'priceMinor', l.price_minor, 'netMinor', l.net_minor, 'isGift', l.is_gift) order by l.line)
    from order_lines l where l.order_id = o.id) as lines,
  coalesce((select jsonb_agg(to_jsonb(p) - array['orderId', 'place'] order by p.place)
    from promotion_rows p where p."orderId" = o.id), '[]') as applied,
  o.out_of_gifts as "outOfGifts", o.points_used as "pointsUsed"
from orders o;
