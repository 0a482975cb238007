-- Does anyone listen? Asked in every transition, so that nobody listening costs next to nothing.
-- $1 kind, $2 sales
select exists (
  select from webhooks
  where sale = any ($2::text[]) and removed_at is null and $1 = any (kinds)) as is_so
