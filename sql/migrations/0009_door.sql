-- Up Migration
-- Who may do what, and who did what. Adds columns with constant defaults and new tables: it takes
-- short exclusive locks on sales and offers, and rewrites nothing.

-- The stores that sell in a sale. A merchant changes only what belongs to its store here.
create table sale_stores (
  sale text collate "C" not null,
  store text collate "C" not null,
  offers_max integer not null default 1000,
  promotions_max integer not null default 100,
  constraint sale_stores_pkey primary key (sale, store),
  constraint sale_stores_sale_fkey foreign key (sale) references sales (id) on delete cascade,
  constraint sale_stores_bounds check (offers_max >= 0 and promotions_max >= 0)
);

insert into sale_stores (sale, store) select distinct sale, store from offers;

create trigger sale_stores_revision after insert or update or delete on sale_stores
  for each statement execute function raise_revision();

-- visible_from: from then on everyone sees the draft; null: when it opens. access: which members
-- may order from when, before all others. trimmed_at: its documents, entries and instructions went.
alter table sales
  add column visible_from timestamptz,
  add column access jsonb not null default '[]',
  add column created_at timestamptz not null default now(),
  add column trimmed_at timestamptz;

-- access: instead of the sale's, unless empty. warn_units, warn_percent: the stock level below
-- which an offer counts as low; null: 10 percent of the cap.
alter table offers
  add column access jsonb not null default '[]',
  add column is_paused boolean not null default false,
  add column warn_units bigint,
  add column warn_percent integer,
  add constraint offers_warn check (
    (warn_units is null or warn_units >= 0)
    and (warn_percent is null or warn_percent between 0 and 100)
    and (warn_units is null or warn_percent is null)
  );

-- What people changed, for good. sale '': it belongs to no sale. store: the person's; owner: the
-- store that the thing belongs to. hash: over prev and the row.
create table changes (
  sale text collate "C" not null,
  number bigint not null,
  at timestamptz not null,
  sub text collate "C" not null,
  role text not null,
  store text collate "C",
  subject text collate "C" not null,
  what text not null,
  owner text collate "C",
  route text not null,
  request_id text not null,
  reason text,
  before jsonb,
  after jsonb,
  prev bytea not null,
  hash bytea not null,
  constraint changes_pkey primary key (sale, number)
);

-- For a merchant's own things, and for one thing.
create index changes_of_owner on changes (sale, owner, number) where owner is not null;
create index changes_of_subject on changes (sale, subject, number);

create trigger changes_for_good before delete or update on changes
  for each statement execute function forbid_change();
create trigger changes_never_emptied before truncate on changes
  for each statement execute function forbid_change();

-- The last change of each sale, with its time, in ms since 1970. prev: the hash before it.
create table change_chains (
  sale text collate "C" not null,
  last bigint not null,
  at_ms bigint not null,
  prev bytea not null,
  hash bytea not null,
  constraint change_chains_pkey primary key (sale)
);

-- The random name that stands for a shopper in the changes of a sale, until the shopper is erased.
create table shopper_pseudonyms (
  sale text collate "C" not null,
  shopper text collate "C" not null,
  pseudonym text collate "C" not null default gen_random_uuid()::text,
  constraint shopper_pseudonyms_pkey primary key (sale, shopper),
  constraint shopper_pseudonyms_sale_fkey foreign key (sale) references sales (id)
);

create or replace view sale_rows as
select id, name, currency, (extract(epoch from opens_at) * 1000)::bigint as "opensAtMs",
  (extract(epoch from closes_at) * 1000)::bigint as "closesAtMs", pay_within_s as "payWithinS",
  cells, state, rules_version as "rulesVersion",
  forgotten_at is null as is_live,
  layers, points_rate as "pointsRate", holds_per_shopper as "holdsPerShopper",
  cooldown_after as "cooldownAfter", cooldown_s as "cooldownS", has_clawback as "hasClawback",
  access,
  (extract(epoch from visible_from) * 1000)::bigint as "visibleFromMs"
from sales;

-- A second view, because processes of the previous release have prepared
-- "select * from offer_rows", and that statement would fail if the view got more columns.
create view offered_rows as
select r.*, o.access, o.is_paused as "isPaused",
  case
    when o.warn_units is not null then jsonb_build_object('units', o.warn_units)
    when o.warn_percent is not null then jsonb_build_object('percent', o.warn_percent)
  end as "warnAt"
from offer_rows r
join offers o on o.sale = r.sale and o.id = r.id;

-- For lists of a sale's orders, newest first. Without deduplication it is cheaper to write and
-- larger. Making it locks orders against settlement, for about a second per million orders.
create index orders_by_time on orders (sale, placed_at) with (deduplicate_items = off);

-- How often a line of an order was refused, since the sale began. These are figures, not books: an
-- api adds what it counted every few seconds, and one that dies adds nothing.
create table refusal_counts (
  sale text collate "C" not null references sales (id) on delete cascade,
  offer text collate "C" not null,
  code text collate "C" not null,
  refused bigint not null,
  constraint refusal_counts_pkey primary key (sale, offer, code),
  constraint refusal_counts_positive check (refused > 0)
);
