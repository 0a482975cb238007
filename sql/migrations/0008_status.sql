-- Up Migration
-- When chores and audits ran last, and since when cells are away. The tables are new. The new
-- columns lock cells and provider calls for a moment.

-- When a run of each chore last succeeded or made progress, in any process.
create table chore_runs (
  chore text collate "C" not null,
  every_ms integer not null,
  ran_at timestamptz not null,
  process text not null,
  constraint chore_runs_pkey primary key (chore)
);

-- The last audit of each sale. broken_promises: the rows that it found.
create table audit_runs (
  sale text collate "C" not null references sales (id) on delete cascade,
  ran_at timestamptz not null,
  broken_promises integer not null,
  constraint audit_runs_pkey primary key (sale)
);

-- Since when no epoch of the cell is open; null: one is, or nobody began to open one.
alter table cells add column away_since timestamptz;

-- The process that makes the call until leased_until; null: nobody knows. A call of a process that
-- died is free sooner.
alter table provider_calls add column leased_by text collate "C";
