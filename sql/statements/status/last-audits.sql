-- The last audit of each sale.
-- $1 sales
select sale, json_build_object(
  'ranAtMs', (extract(epoch from ran_at) * 1000)::bigint,
  'ageMs', greatest(0, extract(epoch from now() - ran_at) * 1000)::bigint,
  'brokenPromises', broken_promises, 'tookMs', took_ms) as audit
from audit_runs
where sale = any ($1::text[])
