-- Terms changed: orders from here on record a new rules version.
-- $1 id
update sales set rules_version = rules_version + 1 where id = $1 returning rules_version
