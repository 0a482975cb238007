-- Notes how a process does, unless it is not registered any more.
-- $1 process, $2 figures
insert into process_figures (process, figures)
select id, $2::jsonb from processes where id = $1 for key share
on conflict (process) do update set figures = excluded.figures, told_at = clock_timestamp()
