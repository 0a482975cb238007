-- Whether any enabled endpoint of these sales, or one for all sales, wants the kind. Every move of
-- orders asks it, so that sales without endpoints pay next to nothing.
-- $1 kind, $2 sales
select exists (
    select from webhooks
    where sale = any ($2::text[]) and removed_at is null and is_enabled and $1 = any (kinds))
  or exists (
    select from webhooks
    where sale is null and removed_at is null and is_enabled and $1 = any (kinds)) as is_so
