-- Up Migration
-- Reports that a worker makes when an api asks for them. The table is new, and nothing is locked.

-- store '': all stores. It waits for a worker while asked_at is later than as_of. takes: how often
-- a worker took it, the last time at taken_at. as_of: the ledger was read then or a moment later;
-- took_ms: for how long. A crash of Postgres empties the table, and reports are made again.
create unlogged table reports (
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
