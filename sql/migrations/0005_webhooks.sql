-- Up Migration
-- Webhooks: the endpoints of a sale, the deliveries to them, and the stock levels last told. Every
-- table is new. The references lock sales against writes until it commits.

-- An endpoint. store null: it gets everything of the sale. owner: the store whose merchant made it;
-- '': an operator made it. An id is unique for its owner. old_secret also signs until old_until.
-- removed_at: it gets no message from then on; its deliveries go in pieces, then the row.
create table webhooks (
  number bigint generated always as identity primary key,
  sale text collate "C" not null references sales (id),
  id text collate "C" not null,
  url text not null,
  kinds text[] not null,
  store text collate "C",
  owner text collate "C" not null,
  secret text not null,
  old_secret text,
  old_until timestamptz,
  removed_at timestamptz,
  constraint webhooks_kinds check (cardinality(kinds) between 1 and 20),
  constraint webhooks_owner check (owner = '' or owner = store)
);
create unique index webhooks_name on webhooks (sale, owner, id) where removed_at is null;
create index webhooks_removed on webhooks (number) where removed_at is not null;

-- body: the text that is signed and sent. queued_until: until then a job in the queue has the
-- delivery; null: no job was made yet.
create table webhook_deliveries (
  id bigint generated always as identity primary key,
  webhook bigint not null,
  kind text not null,
  body text not null,
  state text not null default 'due',
  tries integer not null default 0,
  error text,
  created_at timestamptz not null default now(),
  queued_until timestamptz,
  ended_at timestamptz,
  constraint webhook_deliveries_of foreign key (webhook)
    references webhooks (number) on delete cascade,
  constraint webhook_deliveries_state check (state in ('due', 'done', 'dead')),
  constraint webhook_deliveries_ended check ((state = 'due') = (ended_at is null))
);
create index webhook_deliveries_of_webhook on webhook_deliveries (webhook, state, id);
create index webhook_deliveries_due on webhook_deliveries (webhook) where state = 'due';
create index webhook_deliveries_over on webhook_deliveries (state, ended_at)
  where ended_at is not null;

-- The level last told. An offer without a row was in stock.
create table stock_levels (
  sale text collate "C" not null references sales (id),
  offer text collate "C" not null,
  level text not null,
  primary key (sale, offer),
  constraint stock_levels_level check (level in ('in_stock', 'low', 'sold_out'))
);
