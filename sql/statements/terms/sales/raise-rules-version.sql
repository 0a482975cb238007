-- Raises a sale's rules version because its terms changed. Later orders record the new version.
-- $1 id
update sales set rules_version = rules_version + 1 where id = $1 returning rules_version
