-- The secret that was signs beside the new one for a day.
-- $1 sale, $2 id, $3 secret
update webhooks
set old_secret = secret, old_until = now() + interval '24 hours', secret = $3
where sale = $1 and id = $2
