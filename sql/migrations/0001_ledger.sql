-- Up Migration
-- The ledger. It locks nothing that exists, because every table is new.
-- Money is in minor units, times have a time zone, ids compare by code unit (collate "C").

-- One event: its window, terms and state. rules_version rises when what prices its orders changes.
create table sales (
  id text collate "C" primary key,
  name text not null,
  currency text not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  pay_within_s integer not null,
  cells integer not null,
  state text not null default 'draft',
  closed_at timestamptz,
  rules_version integer not null default 1,
  constraint sales_window check (closes_at > opens_at),
  constraint sales_state check (state in ('draft', 'open', 'paused', 'closed')),
  constraint sales_cells check (cells between 1 and 256)
);

-- Something on sale. assigned: units that cells have; the ledger has cap + debt - assigned. debt:
-- units that cells have above the cap.
create table offers (
  sale text collate "C" not null references sales (id),
  id text collate "C" not null,
  store text collate "C" not null,
  title text not null,
  price_minor bigint not null,
  list_price_minor bigint not null,
  cap bigint not null,
  debt bigint not null default 0,
  assigned bigint not null default 0,
  limit_per_shopper integer,
  lane text not null,
  categories text[] not null default '{}',
  excludes text[] not null default '{}',
  opens_at timestamptz,
  closes_at timestamptz,
  primary key (sale, id),
  constraint offers_price check (price_minor >= 0 and list_price_minor >= price_minor),
  constraint offers_cap check (cap >= 0 and debt >= 0),
  constraint offers_assigned check (assigned >= 0 and assigned <= cap + debt),
  constraint offers_lane check (lane in ('flash', 'cart'))
);

-- The last document PUT for each subject, so that the same PUT again changes nothing.
create table documents (
  sale text collate "C" not null,
  subject text collate "C" not null,
  body jsonb not null,
  primary key (sale, subject)
);

-- cursor_*: the last settled entry of the outbox; it moves in the transaction that settles it.
-- drained_epoch: every entry of the epochs up to it is settled or a dead letter.
-- settled_orders: the number of orders of the present epoch that are settled or buried.
create table cells (
  sale text collate "C" not null references sales (id),
  cell integer not null,
  epoch bigint not null default 0,
  state text not null default 'new',
  protocol integer not null default 0,
  shas jsonb,
  claimed_at timestamptz,
  drained_epoch bigint not null default 0,
  cursor_epoch bigint not null default 0,
  cursor_seq bigint not null default 0,
  cursor_tag text not null default '',
  settled_orders bigint not null default 0,
  primary key (sale, cell),
  constraint cells_state check (state in ('new', 'recovering', 'open', 'diverged'))
);

-- The number of the last instruction to each cell.
create table inboxes (
  sale text collate "C" not null,
  cell integer not null,
  last bigint not null default 0,
  primary key (sale, cell)
);

-- What the ledger tells a cell, numbered from 1. The cell applies each instruction once.
create table instructions (
  sale text collate "C" not null,
  cell integer not null,
  number bigint not null,
  body jsonb not null,
  created_at timestamptz not null default now(),
  primary key (sale, cell, number)
);

-- The units that a cell has of an offer. The CHECK holds even if Redis lies.
create table allotments (
  sale text collate "C" not null,
  cell integer not null,
  offer text collate "C" not null,
  allotted bigint not null default 0,
  held bigint not null default 0,
  sold bigint not null default 0,
  primary key (sale, cell, offer),
  constraint allotments_not_negative check (held >= 0 and sold >= 0),
  constraint allotments_never_oversold check (held + sold <= allotted)
);

-- One row for each settled entry of an outbox. prev: the tag of the entry before it.
create table entries (
  sale text collate "C" not null,
  cell integer not null,
  epoch bigint not null,
  seq bigint not null,
  tag text not null,
  prev text not null,
  orders integer not null,
  settled_at timestamptz not null default now(),
  primary key (sale, cell, epoch, seq)
);

-- expires_at: when an unpaid order may expire; an outage of Postgres moves it behind pay_by.
create table orders (
  id text collate "C" primary key,
  sale text collate "C" not null,
  cell integer not null,
  epoch bigint not null,
  seq bigint not null,
  shopper text collate "C" not null,
  key text collate "C" not null,
  fingerprint text collate "C" not null,
  state text not null default 'reserved',
  total_minor bigint not null,
  rules_version integer not null,
  placed_at timestamptz not null,
  pay_by timestamptz not null,
  expires_at timestamptz not null,
  settled_at timestamptz not null default now(),
  constraint orders_one_per_key unique (sale, shopper, key),
  constraint orders_total check (total_minor >= 0),
  constraint orders_state check (state in
    ('reserved', 'paid', 'partly_refunded', 'refunded', 'expired', 'cancelled'))
);

-- A line is written with its order, in one transaction, and never deleted. A foreign key would cost
-- a third of settlement's speed, and the audit checks the same (docs/decisions/0006).
create table order_lines (
  order_id text collate "C" not null,
  line smallint not null,
  offer text collate "C" not null,
  store text collate "C" not null,
  quantity integer not null,
  price_minor bigint not null,
  activity_minor bigint not null,
  net_minor bigint not null,
  primary key (order_id, line),
  constraint order_lines_quantity check (quantity between 1 and 999),
  constraint order_lines_money check (
    price_minor >= 0 and activity_minor = price_minor * quantity
    and net_minor between 0 and activity_minor)
);

-- Orders, claims and entries that could not be settled. An order or claim stays counted (buried)
-- until an operator replays or releases it. position -1: an entry that could not be read; it has no
-- order, only its bytes.
create table dead_letters (
  id bigint generated always as identity primary key,
  sale text collate "C" not null,
  cell integer not null,
  epoch bigint not null,
  seq bigint not null,
  tag text not null,
  position integer not null,
  order_id text collate "C",
  body jsonb,
  bytes bytea not null,
  sqlstate text,
  reason text not null,
  state text not null default 'buried',
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  constraint dead_letters_state check (state in ('buried', 'replayed', 'released')),
  constraint dead_letters_once unique (sale, cell, epoch, seq, tag, position)
);

-- One row. The number rises when something in the directory of a process may have changed.
create table revision (
  one boolean primary key default true,
  last bigint not null default 0,
  constraint revision_one_row check (one)
);
insert into revision default values;

-- Makes every process load its directory anew.
create function raise_revision() returns trigger language plpgsql as $$
begin
  update revision set last = last + 1;
  return null;
end $$;

create trigger sales_revision after insert or update or delete on sales
  for each statement execute function raise_revision();
create trigger offers_revision after insert or update or delete on offers
  for each statement execute function raise_revision();
create trigger cells_revision after insert or delete or update of epoch, state, protocol, shas
  on cells for each statement execute function raise_revision();

-- Processes read these views: names in camelCase, times in ms.
create view sale_rows as
select id, name, currency, (extract(epoch from opens_at) * 1000)::bigint as "opensAtMs",
  (extract(epoch from closes_at) * 1000)::bigint as "closesAtMs", pay_within_s as "payWithinS",
  cells, state, rules_version as "rulesVersion",
  state <> 'closed' or greatest(closes_at, closed_at) > now() - interval '24 hours' as is_live
from sales;

create view offer_rows as
select sale, id, store, title, price_minor as "priceMinor", list_price_minor as "listPriceMinor",
  cap, assigned, limit_per_shopper as "limitPerShopper", lane, categories, excludes,
  (extract(epoch from opens_at) * 1000)::bigint as "opensAtMs",
  (extract(epoch from closes_at) * 1000)::bigint as "closesAtMs"
from offers;

create view order_rows as
select o.id, o.sale, o.shopper, o.state, o.rules_version as "rulesVersion",
  (extract(epoch from o.pay_by) * 1000)::bigint as "payByMs",
  (extract(epoch from o.placed_at) * 1000)::bigint as "placedAtMs",
  (select jsonb_agg(jsonb_build_object('offer', l.offer, 'store', l.store, 'quantity', l.quantity,
      'priceMinor', l.price_minor) order by l.line)
    from order_lines l where l.order_id = o.id) as lines
from orders o;
