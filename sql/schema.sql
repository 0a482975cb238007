-- The whole schema on one page, for reading: the migrations make the database.
-- `npm run schema` writes this file from them; do not edit it.
-- Money is in minor units; ids compare by code unit (collate "C").

-- Keeps the rows of a table as they were inserted.
create function forbid_change()
 returns trigger
 language plpgsql
as $function$
begin
  raise exception 'rows of % are never changed', tg_table_name;
end $function$;

-- Makes every process load its directory anew.
create function raise_revision()
 returns trigger
 language plpgsql
as $function$
begin
  update revision set last = last + 1;
  return null;
end $function$;

-- For CHECKs, which may not hold a subquery.
create function sum_of(amounts bigint[])
 returns bigint
 language sql
 immutable
as $function$
  select coalesce(sum(amount), 0)::bigint from unnest(amounts) amount
$function$;

-- The units that a cell has of an offer. The CHECK holds even if Redis lies.
create table allotments (
  sale text collate "C" not null,
  cell integer not null,
  offer text collate "C" not null,
  allotted bigint not null default 0,
  held bigint not null default 0,
  sold bigint not null default 0,
  constraint allotments_pkey primary key (sale, cell, offer),
  constraint allotments_never_oversold check ((held + sold) <= allotted),
  constraint allotments_not_negative check (held >= 0 and sold >= 0)
);

-- The last audit of each sale. broken_promises: the rows that it found.
-- took_ms: how long the audit took. The previous release neither reads nor sets it.
create table audit_runs (
  sale text collate "C" not null,
  ran_at timestamptz not null,
  broken_promises integer not null,
  took_ms integer,
  constraint audit_runs_pkey primary key (sale),
  constraint audit_runs_sale_fkey foreign key (sale) references sales(id) on delete cascade
);

-- A shopper's points and red packet (minor units). cell: as in coupons.
create table balances (
  sale text collate "C" not null,
  shopper text collate "C" not null,
  cell integer,
  points_granted bigint not null default 0,
  points_used bigint not null default 0,
  packet_granted bigint not null default 0,
  packet_claimed bigint not null default 0,
  packet_used bigint not null default 0,
  points_returned bigint not null default 0,
  packet_returned bigint not null default 0,
  constraint balances_pkey primary key (sale, shopper),
  constraint balances_sale_fkey foreign key (sale) references sales(id),
  constraint balances_not_negative check (packet_granted >= 0 and packet_claimed >= 0),
  constraint balances_packet check (packet_used >= 0 and packet_used <= (packet_granted +
    packet_claimed + packet_returned)),
  constraint balances_points check (points_used >= 0 and points_used <= (points_granted +
    points_returned)),
  constraint balances_returned check (points_returned >= 0 and packet_returned >= 0)
);
create index balances_of_cell on balances (sale, cell);

-- The pot budget:<id> holds the amount. store null: the budget is the platform's.
create table budgets (
  sale text collate "C" not null,
  id text collate "C" not null,
  store text collate "C",
  policy text not null,
  constraint budgets_pkey primary key (sale, id),
  constraint budgets_sale_fkey foreign key (sale) references sales(id),
  constraint budgets_policy check (policy in ('partial', 'whole'))
);
create trigger budgets_revision after insert or delete or update on budgets for each statement
  execute function raise_revision();

-- cursor_*: the last settled entry of the outbox; it moves in the transaction that settles it.
-- drained_epoch: every entry of the epochs up to it is settled or a dead letter.
-- settled_orders: the number of orders of the present epoch that are settled or buried.
-- The Redis run in which the present epoch was opened: another run may have lost something.
-- The epoch in which the cell sold last; 0: it never did, or an earlier release opened it.
-- Since when no epoch of the cell is open; null: one is, or nobody began to open one.
create table cells (
  sale text collate "C" not null,
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
  run_id text,
  opened_epoch bigint not null default 0,
  away_since timestamptz,
  constraint cells_pkey primary key (sale, cell),
  constraint cells_sale_fkey foreign key (sale) references sales(id),
  constraint cells_state check (state in ('new', 'recovering', 'open', 'diverged'))
);
create trigger cells_revision after insert or delete or update of epoch, state, protocol, shas on
  cells for each statement execute function raise_revision();

-- The last change of each sale, with its time, in ms since 1970. prev: the hash before it.
create table change_chains (
  sale text collate "C" not null,
  last bigint not null,
  at_ms bigint not null,
  prev bytea not null,
  hash bytea not null,
  constraint change_chains_pkey primary key (sale)
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
-- For the newest changes of all sales.
create index changes_by_time on changes (at, sale, number);
-- For a merchant's own things, and for one thing.
create index changes_of_owner on changes (sale, owner, number) where owner is not null;
create index changes_of_subject on changes (sale, subject, number);
create trigger changes_for_good before delete or update on changes for each statement execute
  function forbid_change();
create trigger changes_never_emptied before truncate on changes for each statement execute function
  forbid_change();

-- When a run of each chore last succeeded or made progress, in any process.
create table chore_runs (
  chore text collate "C" not null,
  every_ms integer not null,
  ran_at timestamptz not null,
  process text not null,
  constraint chore_runs_pkey primary key (chore)
);

-- A shopper's claim of a coupon (amount 0) or a red packet. Like an order, it is never deleted.
create table claims (
  id text collate "C" not null,
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
  constraint claims_pkey primary key (id),
  constraint claims_one_per_key unique (sale, shopper, key),
  constraint claims_amount check (amount_minor >= 0)
);
create index claims_of_cell on claims (sale, cell);

-- A shopper's coupons of a promotion. cell: the shopper's home cell; null until the sale opens.
-- returned: by refunds. An order that expires or is cancelled lowers used instead.
create table coupons (
  sale text collate "C" not null,
  shopper text collate "C" not null,
  promotion text collate "C" not null,
  cell integer,
  granted bigint not null default 0,
  claimed bigint not null default 0,
  used bigint not null default 0,
  returned bigint not null default 0,
  constraint coupons_pkey primary key (sale, shopper, promotion),
  constraint coupons_sale_fkey foreign key (sale) references sales(id),
  constraint coupons_not_negative check (granted >= 0 and claimed >= 0),
  constraint coupons_returned check (returned >= 0),
  constraint coupons_used check (used >= 0 and used <= (granted + claimed + returned))
);
create index coupons_of_cell on coupons (sale, cell);

-- Orders, claims and entries that could not be settled. An order or claim stays counted (buried)
-- until an operator replays or releases it. position -1: an entry that could not be read; it has no
-- order, only its bytes.
create table dead_letters (
  id bigint not null generated always as identity,
  sale text collate "C" not null,
  cell integer not null,
  epoch bigint not null,
  seq bigint not null,
  tag text not null,
  "position" integer not null,
  order_id text collate "C",
  body jsonb,
  bytes bytea not null,
  sqlstate text,
  reason text not null,
  state text not null default 'buried',
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  constraint dead_letters_pkey primary key (id),
  constraint dead_letters_once unique (sale, cell, epoch, seq, tag, "position"),
  constraint dead_letters_state check (state in ('buried', 'replayed', 'released'))
);
-- For the dead letters of a sale that wait for an operator, oldest first.
create index dead_letters_buried on dead_letters (sale, id) where state = 'buried';

-- The last document PUT for each subject, so that the same PUT again changes nothing.
create table documents (
  sale text collate "C" not null,
  subject text collate "C" not null,
  body jsonb not null,
  constraint documents_pkey primary key (sale, subject)
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
  constraint entries_pkey primary key (sale, cell, epoch, seq)
);

-- Numbers of an epoch's outbox that nobody has. orders: how many, orders and claims; null when
-- nobody knows. is_lost: someone may have been told that they are placed; false: every process that
-- could have told has handed over, and none of them did. resolved_at: when the entries were found.
create table gaps (
  sale text collate "C" not null,
  cell integer not null,
  epoch bigint not null,
  first_seq bigint not null,
  last_seq bigint not null,
  orders bigint,
  is_lost boolean not null,
  found_at timestamptz not null default now(),
  resolved_at timestamptz,
  constraint gaps_pkey primary key (sale, cell, epoch, first_seq),
  constraint gaps_range check (last_seq >= first_seq)
);

-- A process has handed over what it remembers of a cell's epochs before this one. run_id: of the
-- Redis server that it reached then. heads: the last number that it knows of each of those epochs,
-- with the orders placed by then.
create table hand_overs (
  sale text collate "C" not null,
  cell integer not null,
  epoch bigint not null,
  process text collate "C" not null,
  run_id text,
  heads jsonb not null,
  constraint hand_overs_pkey primary key (sale, cell, epoch, process)
);

-- Outbox entries that a process handed over; the next recovery of the cell settles them. placed:
-- orders and claims of the epoch up to this entry.
create table handed_entries (
  sale text collate "C" not null,
  cell integer not null,
  epoch bigint not null,
  seq bigint not null,
  tag text not null,
  prev text not null,
  version integer not null,
  orders integer not null,
  placed bigint not null,
  body bytea not null,
  constraint handed_entries_pkey primary key (sale, cell, epoch, seq, tag)
);

-- The number of the last instruction to each cell.
create table inboxes (
  sale text collate "C" not null,
  cell integer not null,
  last bigint not null default 0,
  constraint inboxes_pkey primary key (sale, cell)
);

-- What the ledger tells a cell, numbered from 1. The cell applies each instruction once.
create table instructions (
  sale text collate "C" not null,
  cell integer not null,
  number bigint not null,
  body jsonb not null,
  created_at timestamptz not null default now(),
  constraint instructions_pkey primary key (sale, cell, number)
);

-- Something on sale. assigned: units that cells have; the ledger has cap + debt - assigned. debt:
-- units that cells have above the cap.
-- access: instead of the sale's, unless empty. warn_units, warn_percent: the stock level below
-- which an offer counts as low; null: 10 percent of the cap.
-- is_deleted: nobody sees it any more. The row stays: cells may still know it, and a PUT makes it
-- again.
create table offers (
  sale text collate "C" not null,
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
  access jsonb not null default '[]',
  is_paused boolean not null default false,
  warn_units bigint,
  warn_percent integer,
  is_deleted boolean not null default false,
  image text,
  constraint offers_pkey primary key (sale, id),
  constraint offers_sale_fkey foreign key (sale) references sales(id),
  constraint offers_assigned check (assigned >= 0 and assigned <= (cap + debt)),
  constraint offers_cap check (cap >= 0 and debt >= 0),
  constraint offers_image check (image is null or image ~~ 'https://%' and char_length(image) <=
    500),
  constraint offers_lane check (lane in ('flash', 'cart')),
  constraint offers_price check (price_minor >= 0 and list_price_minor >= price_minor),
  constraint offers_warn check ((warn_units is null or warn_units >= 0) and (warn_percent is null
    or warn_percent >= 0 and warn_percent <= 100) and (warn_units is null or warn_percent is null))
);
-- Units move all the time, and no process remembers them: they do not raise the revision.
create trigger offers_revision after insert or delete or update of store, title, price_minor,
  list_price_minor, cap, limit_per_shopper, lane, categories, excludes, opens_at, closes_at,
  is_deleted on offers for each statement execute function raise_revision();

-- A line is written with its order, in one transaction, and never deleted. A foreign key would cost
-- a third of settlement's speed, and the audit checks the same (docs/decisions/0006).
-- refunded: units that refunds returned. restocked: those of them that went on sale again.
create table order_lines (
  order_id text collate "C" not null,
  line smallint not null,
  offer text collate "C" not null,
  store text collate "C" not null,
  quantity integer not null,
  price_minor bigint not null,
  activity_minor bigint not null,
  net_minor bigint not null,
  is_gift boolean not null default false,
  refunded integer not null default 0,
  restocked integer not null default 0,
  constraint order_lines_pkey primary key (order_id, line),
  constraint order_lines_gift check (not is_gift or price_minor = 0),
  constraint order_lines_money check (price_minor >= 0 and activity_minor = (price_minor *
    quantity) and net_minor >= 0 and net_minor <= activity_minor),
  constraint order_lines_quantity check (quantity >= 1 and quantity <= 999),
  constraint order_lines_refunded check (restocked >= 0 and restocked <= refunded and refunded <=
    quantity)
);

-- Every move of an order from one state to another, for good.
create table order_moves (
  id bigint not null generated always as identity,
  order_id text collate "C" not null,
  from_state text not null,
  to_state text not null,
  who text not null,
  why text not null,
  at timestamptz not null default now(),
  constraint order_moves_pkey primary key (id)
);
create index order_moves_of_order on order_moves (order_id, id);
create trigger order_moves_for_good before delete or update on order_moves for each statement
  execute function forbid_change();

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
  constraint order_promotions_pkey primary key (order_id, place),
  constraint order_promotions_funder check (funder in ('platform', 'store')),
  constraint order_promotions_money check (basis_minor >= 0 and discount_minor >= 0 and
    forfeited_minor >= 0),
  constraint order_promotions_shares check ((0 <= all (shares)) and array_position(shares,
    null::bigint) is null and discount_minor = sum_of(shares))
);

-- expires_at: when an unpaid order may expire; an outage of Postgres moves it behind pay_by.
-- out_of_gifts: promotions whose gift was out of stock.
-- moved_at: the time of the last move. refunded_minor: cash that went back or is on its way back.
create table orders (
  id text collate "C" not null,
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
  out_of_gifts text[] not null default '{}',
  points_used bigint not null default 0,
  moved_at timestamptz,
  refunded_minor bigint not null default 0,
  constraint orders_pkey primary key (id),
  constraint orders_one_per_key unique (sale, shopper, key),
  constraint orders_points check (points_used >= 0),
  constraint orders_refunded check (refunded_minor >= 0 and refunded_minor <= total_minor),
  constraint orders_state check (state in ('reserved', 'paid', 'partly_refunded', 'refunded',
    'expired', 'cancelled')),
  constraint orders_total check (total_minor >= 0)
);
-- For lists of a sale's orders, newest first. Without deduplication it is cheaper to write and
-- larger. Making it locks orders against settlement, for about a second per million orders.
create index orders_by_time on orders (sale, placed_at) with (deduplicate_items=off);
create index orders_unpaid on orders (sale, cell, expires_at) where state = 'reserved';

-- Every verified event, once. reason: why it is kept for an operator.
create table payment_events (
  id bigint not null generated always as identity,
  provider text collate "C" not null,
  event_id text collate "C" not null,
  payment text collate "C",
  order_id text collate "C",
  kind text not null,
  amount_minor bigint not null,
  currency text not null,
  body jsonb not null,
  outcome text not null,
  reason text,
  received_at timestamptz not null default now(),
  constraint payment_events_pkey primary key (id),
  constraint payment_events_once unique (provider, event_id),
  constraint payment_events_kind check (kind in ('authorized', 'captured', 'failed', 'voided',
    'refunded', 'refund_failed', 'other')),
  constraint payment_events_outcome check (outcome in ('moved', 'known', 'unknown', 'refused',
    'resolved'))
);
create index payment_events_kept on payment_events (id) where outcome in ('unknown', 'refused');
create index payment_events_refund_failed on payment_events (provider, ((body -> 'refund') ->>
  'ref')) where kind = 'refund_failed';

-- Calls and events that operators settled by hand, and why; for good.
create table payment_notes (
  id bigint not null generated always as identity,
  call bigint,
  event bigint,
  who text not null,
  why text not null,
  at timestamptz not null default now(),
  constraint payment_notes_pkey primary key (id),
  constraint payment_notes_call_fkey foreign key (call) references provider_calls(id),
  constraint payment_notes_event_fkey foreign key (event) references payment_events(id),
  constraint payment_notes_of_one check (num_nonnulls(call, event) = 1)
);
create trigger payment_notes_for_good before delete or update on payment_notes for each statement
  execute function forbid_change();

-- A payment changes only while its order's row is locked. ref: the provider's id; null when the
-- provider does not know the payment or refused to make it. pays: it made its order paid.
create table payments (
  id text collate "C" not null,
  order_id text collate "C" not null,
  number integer not null,
  provider text collate "C" not null,
  ref text collate "C",
  amount_minor bigint not null,
  currency text not null,
  state text not null default 'creating',
  checkout jsonb,
  pays boolean not null default false,
  created_at timestamptz not null default now(),
  moved_at timestamptz,
  constraint payments_pkey primary key (id),
  constraint payments_number unique (order_id, number),
  constraint payments_ref unique (provider, ref),
  constraint payments_order_id_fkey foreign key (order_id) references orders(id),
  constraint payments_amount check (amount_minor > 0),
  constraint payments_known check (ref is not null or (state in ('creating', 'failed'))),
  constraint payments_pays check (not pays or state = 'captured'),
  constraint payments_state check (state in ('creating', 'open', 'authorized', 'captured',
    'failed', 'voided'))
);
-- Payments that a provider may know although nobody noted it.
create index payments_creating on payments (provider, created_at) where state = 'creating';
create unique index payments_one_live on payments (order_id) where state in ('creating', 'open',
  'authorized');
create unique index payments_one_pays on payments (order_id) where pays;

-- The Redis servers that held the cells, one after another; the newest row is the one that holds
-- them. pin: random; the server has a key of this name. run_id: what Redis calls its present run.
create table pinned_servers (
  id bigint not null generated always as identity,
  pin text not null,
  run_id text not null,
  why text not null,
  pinned_at timestamptz not null default now(),
  constraint pinned_servers_pkey primary key (id),
  constraint pinned_servers_why check (why in ('first', 'restarted', 'flushed', 'adopted',
    'operator'))
);

-- What a cell has of a pot. The CHECK holds even if Redis lies: never a cent over.
create table pot_allotments (
  sale text collate "C" not null,
  cell integer not null,
  pot text collate "C" not null,
  allotted bigint not null default 0,
  spent bigint not null default 0,
  constraint pot_allotments_pkey primary key (sale, cell, pot),
  constraint pot_allotments_never_overspent check (spent >= 0 and spent <= allotted)
);

-- A pot holds money (a budget, in minor units) or claims (a quota). Cells get shares of it, as they
-- get units of offers. assigned: what cells were given; the ledger has amount - assigned.
create table pots (
  sale text collate "C" not null,
  pot text collate "C" not null,
  amount bigint not null,
  assigned bigint not null default 0,
  constraint pots_pkey primary key (sale, pot),
  constraint pots_sale_fkey foreign key (sale) references sales(id),
  constraint pots_assigned check (assigned >= 0 and assigned <= amount)
);
create trigger pots_revision after insert or delete or update of amount on pots for each statement
  execute function raise_revision();

-- How each process does, as it said last: the ProcessFigures of src/domain/ops/process-figures.ts.
-- A crash of Postgres empties the table, and processes fill it again within seconds.
create table process_figures (
  process text collate "C" not null,
  told_at timestamptz not null default clock_timestamp(),
  figures jsonb not null,
  constraint process_figures_pkey primary key (process),
  constraint process_figures_process_fkey foreign key (process) references processes(id) on delete
    cascade
);

-- The processes of the service. Each renews its row twice a second. acknowledges: it answers
-- orders, so it may remember entries that no one else has. run_id: of the Redis server that it
-- reaches; null when none answers. active_at: when it last answered a buyer.
create table processes (
  id text collate "C" not null,
  name text not null,
  protocol integer not null,
  acknowledges boolean not null,
  run_id text,
  remembered_orders bigint not null default 0,
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  active_at timestamptz not null default clock_timestamp(),
  constraint processes_pkey primary key (id)
);

-- body: the Promotion of src/domain/promotion.ts. The pot quota:<id> holds its quota.
create table promotions (
  sale text collate "C" not null,
  id text collate "C" not null,
  body jsonb not null,
  is_deleted boolean not null default false,
  constraint promotions_pkey primary key (sale, id),
  constraint promotions_sale_fkey foreign key (sale) references sales(id)
);
create trigger promotions_revision after insert or delete or update on promotions for each
  statement execute function raise_revision();

-- Calls to providers. refund: the merchant's refund that a call makes; null: the call is about the
-- whole payment. cause: why money goes back. dropped: a capture that its order did not need.
-- resolved: an operator settled it by hand.
-- The process that makes the call until leased_until; null: nobody knows. A call of a process that
-- died is free sooner.
create table provider_calls (
  id bigint not null generated always as identity,
  payment text collate "C" not null,
  provider text collate "C" not null,
  kind text not null,
  amount_minor bigint not null,
  cause text,
  refund text collate "C",
  state text not null default 'due',
  tries integer not null default 0,
  next_try_at timestamptz not null default now(),
  leased_until timestamptz,
  error text,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  leased_by text collate "C",
  constraint provider_calls_pkey primary key (id),
  constraint provider_calls_payment_fkey foreign key (payment) references payments(id),
  constraint provider_calls_amount check (amount_minor > 0),
  constraint provider_calls_cause check ((kind = 'refund') = (cause is not null) and (cause is null
    or (cause in ('refund', 'late', 'cancel', 'twice'))) and (coalesce(cause, '') = 'refund') =
    (refund is not null)),
  constraint provider_calls_kind check (kind in ('capture', 'void', 'refund')),
  constraint provider_calls_state check (state in ('due', 'done', 'dead', 'dropped', 'resolved'))
);
create index provider_calls_dead on provider_calls (id) where state = 'dead';
-- Captures first, because orders wait for them.
create index provider_calls_due on provider_calls (provider, (kind <> 'capture'), next_try_at, id)
  where state = 'due';
create unique index provider_calls_once on provider_calls (payment, kind) where refund is null;
create unique index provider_calls_once_a_refund on provider_calls (refund) where refund is not
  null;
-- For the calls of a sale that are not over. The id of a payment begins with the sale.
create index provider_calls_open on provider_calls (payment) where state in ('due', 'dead');
create index provider_calls_refunds on provider_calls (payment) where refund is not null;

-- The units of a line that a refund returns, and what it pays back for them.
create table refund_lines (
  refund_id text collate "C" not null,
  line smallint not null,
  quantity integer not null,
  cash_minor bigint not null,
  packet_minor bigint not null,
  constraint refund_lines_pkey primary key (refund_id, line),
  constraint refund_lines_refund_id_fkey foreign key (refund_id) references refunds(id),
  constraint refund_lines_amounts check (cash_minor >= 0 and packet_minor >= 0),
  constraint refund_lines_quantity check (quantity >= 1 and quantity <= 999)
);
create trigger refund_lines_for_good before delete or update on refund_lines for each statement
  execute function forbid_change();

-- who: `operator` or `merchant:<store>`; each has keys of its own. state: the order's state after
-- the refund. has_clawback: the refund priced anew what was kept; all refunds of an order do, or
-- none.
create table refunds (
  id text collate "C" not null,
  order_id text collate "C" not null,
  number integer not null,
  who text collate "C" not null,
  key text collate "C" not null,
  fingerprint text collate "C" not null,
  state text not null,
  cash_minor bigint not null,
  packet_minor bigint not null,
  points bigint not null,
  coupons text[] not null,
  restock boolean not null,
  has_clawback boolean not null,
  at timestamptz not null default now(),
  constraint refunds_pkey primary key (id),
  constraint refunds_number unique (order_id, number),
  constraint refunds_one_per_key unique (order_id, who, key),
  constraint refunds_order_id_fkey foreign key (order_id) references orders(id),
  constraint refunds_amounts check (cash_minor >= 0 and packet_minor >= 0 and points >= 0),
  constraint refunds_state check (state in ('partly_refunded', 'refunded'))
);
create trigger refunds_for_good before delete or update on refunds for each statement execute
  function forbid_change();

-- How often a line of an order was refused, since the sale began. These are figures, not books: an
-- api adds what it counted every few seconds, and one that dies adds nothing.
create table refusal_counts (
  sale text collate "C" not null,
  offer text collate "C" not null,
  code text collate "C" not null,
  refused bigint not null,
  constraint refusal_counts_pkey primary key (sale, offer, code),
  constraint refusal_counts_sale_fkey foreign key (sale) references sales(id) on delete cascade,
  constraint refusal_counts_positive check (refused > 0)
);

-- store '': all stores. It waits for a worker while asked_at is later than as_of. takes: how often
-- a worker took it, the last time at taken_at. as_of: the ledger was read then or a moment later;
-- took_ms: for how long. A crash of Postgres empties the table, and reports are made again.
create table reports (
  sale text collate "C" not null,
  store text collate "C" not null,
  asked_at timestamptz not null,
  takes integer not null default 0,
  taken_at timestamptz,
  as_of timestamptz,
  took_ms integer,
  rows jsonb,
  constraint reports_pkey primary key (sale, store)
);

-- One row. The number rises when something in the directory of a process may have changed.
create table revision (
  one boolean not null default true,
  last bigint not null default 0,
  constraint revision_pkey primary key (one),
  constraint revision_one_row check (one)
);

-- The stores that sell in a sale. A merchant changes only what belongs to its store here.
create table sale_stores (
  sale text collate "C" not null,
  store text collate "C" not null,
  offers_max integer not null default 1000,
  promotions_max integer not null default 100,
  constraint sale_stores_pkey primary key (sale, store),
  constraint sale_stores_sale_fkey foreign key (sale) references sales(id) on delete cascade,
  constraint sale_stores_bounds check (offers_max >= 0 and promotions_max >= 0)
);
create trigger sale_stores_revision after insert or delete or update on sale_stores for each
  statement execute function raise_revision();

-- One event: its window, terms and state. rules_version rises when what prices its orders changes.
-- layers: the steps of stacking, in order. points_rate: minor units per point.
-- forgotten_at: no process knows the sale from then on. freed_at: Redis has no keys of it.
-- visible_from: from then on everyone sees the draft; null: when it opens. access: which members
-- may order from when, before all others. trimmed_at: its documents, entries and instructions went.
create table sales (
  id text collate "C" not null,
  name text not null,
  currency text not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  pay_within_s integer not null,
  cells integer not null,
  state text not null default 'draft',
  closed_at timestamptz,
  rules_version integer not null default 1,
  layers jsonb not null default '[{"name": "store", "pick": "one_per_store", "basis": "activity"},
    {"name": "store_coupon", "pick": "one_per_store", "basis": "activity"}, {"name": "category",
    "pick": "one", "basis": "activity"}, {"name": "cross_store", "pick": "one", "basis":
    "activity"}, {"name": "member", "pick": "one", "basis": "remaining"}, {"name": "red_packet",
    "pick": "all", "basis": "remaining"}, {"name": "points", "pick": "all", "basis": "remaining"}]',
  points_rate integer not null default 1,
  holds_per_shopper integer not null default 64,
  cooldown_after integer not null default 64,
  cooldown_s integer not null default 600,
  has_clawback boolean not null default false,
  forgotten_at timestamptz,
  freed_at timestamptz,
  visible_from timestamptz,
  access jsonb not null default '[]',
  created_at timestamptz not null default now(),
  trimmed_at timestamptz,
  constraint sales_pkey primary key (id),
  constraint sales_cells check (cells >= 1 and cells <= 256),
  constraint sales_cooldown check (cooldown_after >= 1 and cooldown_after <= 64 and cooldown_s >=
    0),
  constraint sales_holds check (holds_per_shopper >= 1 and holds_per_shopper <= 64),
  constraint sales_points_rate check (points_rate >= 1),
  constraint sales_state check (state in ('draft', 'open', 'paused', 'closed')),
  constraint sales_window check (closes_at > opens_at)
);
create trigger sales_revision after insert or delete or update on sales for each statement execute
  function raise_revision();

-- The random name that stands for a shopper in the changes of a sale, until the shopper is erased.
create table shopper_pseudonyms (
  sale text collate "C" not null,
  shopper text collate "C" not null,
  pseudonym text collate "C" not null default (gen_random_uuid())::text,
  constraint shopper_pseudonyms_pkey primary key (sale, shopper),
  constraint shopper_pseudonyms_sale_fkey foreign key (sale) references sales(id)
);

-- The level last told. An offer without a row was in stock.
create table stock_levels (
  sale text collate "C" not null,
  offer text collate "C" not null,
  level text not null,
  constraint stock_levels_pkey primary key (sale, offer),
  constraint stock_levels_sale_fkey foreign key (sale) references sales(id),
  constraint stock_levels_level check (level in ('in_stock', 'low', 'sold_out'))
);

-- The terms that price orders from a rules version on, until the subject's next row. subject:
-- `sale`, `offer:<id>` or `promotion:<id>`.
create table terms_history (
  sale text collate "C" not null,
  subject text collate "C" not null,
  version integer not null,
  body jsonb not null,
  constraint terms_history_pkey primary key (sale, subject, version),
  constraint terms_history_sale_fkey foreign key (sale) references sales(id)
);
create trigger terms_history_for_good before delete or update on terms_history for each statement
  execute function forbid_change();

-- body: the text that is signed and sent. queued_until: until then a job in the queue has the
-- delivery; null: no job was made yet.
-- The body lacks the id and the time of the event: they are added when it is sent or shown. sale:
-- what an event for an endpoint of all sales is about; null: the endpoint has a sale, or the event
-- is about none.
create table webhook_deliveries (
  id bigint not null generated always as identity,
  webhook bigint not null,
  kind text not null,
  body text not null,
  state text not null default 'due',
  tries integer not null default 0,
  error text,
  created_at timestamptz not null default now(),
  queued_until timestamptz,
  ended_at timestamptz,
  sale text collate "C",
  constraint webhook_deliveries_pkey primary key (id),
  constraint webhook_deliveries_of foreign key (webhook) references webhooks(number) on delete
    cascade,
  constraint webhook_deliveries_ended check ((state = 'due') = (ended_at is null)),
  constraint webhook_deliveries_state check (state in ('due', 'done', 'dead'))
);
create index webhook_deliveries_due on webhook_deliveries (webhook) where state = 'due';
create index webhook_deliveries_of_sale on webhook_deliveries (sale, state, id) where sale is not
  null;
create index webhook_deliveries_of_webhook on webhook_deliveries (webhook, state, id);
create index webhook_deliveries_over on webhook_deliveries (state, ended_at) where ended_at is not
  null;

-- An endpoint. store null: it gets everything of the sale. owner: the store whose merchant made it;
-- '': an operator made it. An id is unique for its owner. old_secret also signs until old_until.
-- removed_at: it gets no message from then on; its deliveries go in pieces, then the row.
-- sale null: the endpoint gets events of all sales. An id is unique for its sale and owner.
-- is_enabled false: no event is written for it, and what is due is given up.
create table webhooks (
  number bigint not null generated always as identity,
  sale text collate "C",
  id text collate "C" not null,
  url text not null,
  kinds text[] not null,
  store text collate "C",
  owner text collate "C" not null,
  secret text not null,
  old_secret text,
  old_until timestamptz,
  removed_at timestamptz,
  is_enabled boolean not null default true,
  constraint webhooks_pkey primary key (number),
  constraint webhooks_sale_fkey foreign key (sale) references sales(id),
  constraint webhooks_kinds check (cardinality(kinds) >= 1 and cardinality(kinds) <= 20),
  constraint webhooks_owner check (owner = '' or owner = store)
);
create unique index webhooks_name on webhooks (sale, owner, id) nulls not distinct where removed_at
  is null;
create index webhooks_of_all_sales on webhooks (store) where sale is null and removed_at is null;
create index webhooks_removed on webhooks (number) where removed_at is not null;

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
  constraint withdrawals_pkey primary key (sale, cell, number, offer),
  constraint withdrawals_taken check (taken >= 0 and taken <= asked)
);
create index withdrawals_open on withdrawals (sale, offer) where taken is null;

create view budget_rows as
select b.sale, b.id, b.store, p.amount as "amountMinor", b.policy
from budgets b
join pots p on p.sale = b.sale and p.pot = 'budget:' || b.id;

create view offer_rows as
select sale, id, store, title, price_minor as "priceMinor", list_price_minor as "listPriceMinor",
  cap, assigned, limit_per_shopper as "limitPerShopper", lane, categories, excludes,
  (extract(epoch from opens_at) * 1000)::bigint as "opensAtMs",
  (extract(epoch from closes_at) * 1000)::bigint as "closesAtMs"
from offers;

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

create view order_rows as
select o.id, o.sale, o.shopper, o.state, o.rules_version as "rulesVersion",
  (extract(epoch from o.pay_by) * 1000)::bigint as "payByMs",
  (extract(epoch from o.placed_at) * 1000)::bigint as "placedAtMs",
  (select jsonb_agg(jsonb_build_object('offer', l.offer, 'store', l.store, 'quantity', l.quantity,
      'priceMinor', l.price_minor, 'netMinor', l.net_minor, 'isGift', l.is_gift,
      'refunded', l.refunded) order by l.line)
    from order_lines l where l.order_id = o.id) as lines,
  coalesce((select jsonb_agg(to_jsonb(p) - array['orderId', 'place'] order by p.place)
    from promotion_rows p where p."orderId" = o.id), '[]') as applied,
  o.out_of_gifts as "outOfGifts", o.points_used as "pointsUsed"
from orders o;

create view payment_rows as
select id, order_id as "order", number, provider, ref, amount_minor as "amountMinor", currency,
  state, checkout, pays
from payments;

create view promotion_rows as
select p.order_id as "orderId", p.place, p.promotion, p.layer, p.basis_minor as "basisMinor",
  p.discount_minor as "discountMinor", p.forfeited_minor as "forfeitedMinor", p.funder, p.budget,
  p.is_coupon as "isCoupon", to_jsonb(p.shares) as shares
from order_promotions p;

create view refund_rows as
select r.id, r.order_id as "order", r.who, r.key, r.fingerprint, r.state, r.cash_minor as cash,
  r.packet_minor as "redPacket", r.points, r.coupons, r.restock as restocked,
  (select jsonb_agg(jsonb_build_object('line', l.line, 'quantity', l.quantity,
      'cash', l.cash_minor, 'redPacket', l.packet_minor) order by l.line)
    from refund_lines l where l.refund_id = r.id) as lines
from refunds r;

-- Processes read these views: names in camelCase, times in ms.
-- A sale is live until it is forgotten.
create view sale_rows as
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
-- "select * from order_rows", and that statement would fail if the view got more columns.
create view settled_order_rows as
select r.*, o.cell, o.refunded_minor as "refundedMinor"
from order_rows r
join orders o on o.id = r.id;
