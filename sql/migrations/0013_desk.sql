-- Up Migration
-- What operators see at their desk. It takes a short exclusive lock on audit_runs, whose rows it
-- does not rewrite. While it builds an index, it locks changes against writes: changes of terms
-- wait for that, and orders do not.

-- took_ms: how long the audit took. The previous release neither reads nor sets it.
alter table audit_runs add column took_ms integer;

-- How each process does, as it said last: the ProcessFigures of src/domain/ops/process-figures.ts.
-- A crash of Postgres empties the table, and processes fill it again within seconds.
create unlogged table process_figures (
  process text collate "C" not null,
  told_at timestamptz not null default clock_timestamp(),
  figures jsonb not null,
  constraint process_figures_pkey primary key (process),
  constraint process_figures_process_fkey foreign key (process) references processes(id)
    on delete cascade
);

-- For the newest changes of all sales.
create index changes_by_time on changes (at, sale, number);
