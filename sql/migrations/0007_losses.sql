-- Up Migration
-- What a cell's Redis may lose, and who remembers it. The tables are new. The new columns lock
-- cells for a moment.

-- The Redis run in which the present epoch was opened: another run may have lost something.
alter table cells add column run_id text;
-- The epoch in which the cell sold last; 0: it never did, or an earlier release opened it.
alter table cells add column opened_epoch bigint not null default 0;

-- The Redis servers that held the cells, one after another; the newest row is the one that holds
-- them. pin: random; the server has a key of this name. run_id: what Redis calls its present run.
create table pinned_servers (
  id bigint not null generated always as identity,
  pin text not null,
  run_id text not null,
  why text not null,
  pinned_at timestamptz not null default now(),
  constraint pinned_servers_pkey primary key (id),
  constraint pinned_servers_why
    check (why in ('first', 'restarted', 'flushed', 'adopted', 'operator'))
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
